/** A peer's server as a child process of its contender. Runs under Bun and Node. */
import { spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";

export interface Child {
  readonly pid: number;
  end(): Promise<void>;
}

/** Resolves once the output holds `word`. */
export function startChild(
  command: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  word: string,
): Promise<Child> {
  const { PATH = "" } = process.env;
  const child = spawn(command, words, { env: { PATH, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  process.once("exit", () => child.kill("SIGKILL"));
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return new Promise((resolve, reject) => {
    let text = "";
    const heard = (chunk: Buffer) => {
      if (text.length < 1_000_000) text += chunk.toString();
      if (!text.includes(word)) return;
      resolve({
        pid: child.pid ?? 0,
        async end() {
          child.kill("SIGKILL");
          await exited;
        },
      });
    };
    child.stdout.on("data", heard);
    child.stderr.on("data", heard);
    child.once("error", reject);
    void exited.then(() => reject(new Error(`"${command}" ended: ${text.slice(-2000)}`)));
  });
}

/** Loopback ports, each another and free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(
    servers.map((server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
