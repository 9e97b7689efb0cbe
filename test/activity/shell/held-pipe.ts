import { rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * A named pipe that processes under test hold open for writing (`exec 9>PATH`). It ends when the last of them is gone:
 * an event, where asking for a pid would need polling and would see zombies.
 */
export function heldPipe(directory: string) {
  const path = join(directory, `held-${crypto.randomUUID()}`);
  if (Bun.spawnSync(["mkfifo", path]).exitCode !== 0) throw new Error(`No named pipe at ${path}`);
  const cat = Bun.spawn(["cat", path], { stdout: "pipe" });
  const reader = cat.stdout.getReader();
  return {
    path,
    /** What was written to it next. */
    written: async () => new TextDecoder().decode((await reader.read()).value),
    /** Resolves when nobody holds it any more. */
    released: async () => {
      while (!(await reader.read()).done);
      await cat.exited;
      await rm(path);
    },
  };
}
