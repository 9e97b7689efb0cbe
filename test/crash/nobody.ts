import { spawn } from "node:child_process";
import { chownSync, constants, copyFileSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { binary, type Place, type Ran } from "../cli/pawl.ts";

/** Ids of nobody, as of most systems. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

/**
 * Runs a command as somebody whom permissions bind: root may write everywhere, so there it is nobody, to whom the place
 * then belongs.
 */
export async function asNobody(place: Place, words: readonly string[]): Promise<Ran> {
  if (!isRoot) return place.pawl(words);
  // Where the executable is, nobody may not be allowed to look.
  const copy = join(place.directory, "pawl");
  if (!existsSync(copy)) copyFileSync(binary, copy, constants.COPYFILE_FICLONE);
  for (const name of ["", ...(readdirSync(place.directory, { recursive: true }) as string[])])
    chownSync(join(place.directory, name), nobody, nobody);
  const child = spawn(copy, words, {
    cwd: place.directory,
    env: place.environment(),
    uid: nobody,
    gid: nobody,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].on("data", (chunk) => {
      said[stream] += String(chunk);
    });
  }
  const { promise, resolve } = Promise.withResolvers<number>();
  child.on("close", (code) => resolve(code ?? -1));
  return { code: await promise, ...said };
}
