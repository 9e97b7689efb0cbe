/** Which functions a server and its clients run, as the runtime notes it for the layout of an executable. */
import { join, resolve } from "node:path";

const root = resolve(import.meta.dir, "..");

/** Runs the executable in `folder`; resolves with the profiles, what matters most first. */
export async function profileBytecode(executable: string, folder: string): Promise<string[]> {
  const profiles = ["serve", "get", "run"].map((name) => join(folder, name));
  const start = (profile: string, ...words: string[]) =>
    Bun.spawn([executable, ...words, "--home", join(folder, "home")], {
      cwd: folder,
      env: { PATH: process.env["PATH"], HOME: folder, BUN_BYTECODE_ORDER_OUT: profile },
      stdio: ["ignore", "ignore", "pipe"],
    });
  const [serve, get, run] = profiles as [string, string, string];
  const server = start(serve, "serve");
  // Its first line says that it is ready.
  await server.stderr.getReader().read();
  const clients = [
    [get, "get", "workflows"],
    [run, "run", resolve(root, "examples/hello.yaml")],
  ] as const;
  for (const [profile, ...words] of clients) await start(profile, ...words).exited;
  server.kill("SIGTERM");
  if ((await server.exited) !== 0)
    throw new Error("The executable could not serve, so nothing was learned from it");
  return profiles;
}
