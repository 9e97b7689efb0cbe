import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { heldPipe } from "./held-pipe.ts";

test("processes die with the server, when it is killed with -9 too", async () => {
  const directory = await mkdtemp(join(tmpdir(), "pawl-orphan-"));
  const held = heldPipe(directory);
  const command = `exec 9>${held.path}; trap '' TERM HUP; sh -c 'echo ready >&9; exec sleep 1000' & sleep 1000; wait`;
  const host = Bun.spawn([process.execPath, join(import.meta.dir, "host.ts"), command], {
    stdout: "inherit",
    stderr: "inherit",
  });
  expect(await held.written()).toBe("ready\n");
  host.kill("SIGKILL");
  await host.exited;
  await held.released();
  await rm(directory, { recursive: true });
});
