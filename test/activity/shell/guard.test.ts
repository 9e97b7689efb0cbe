import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runActivity } from "../../../src/activity/run.ts";
import { contextWith, shellRequest } from "../context.ts";
import { heldPipe } from "./held-pipe.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "pawl-guard-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const run = (command: string, processGuard?: string) => {
  const { policy } = contextWith();
  const guard = processGuard === undefined ? {} : { processGuard };
  return runActivity(shellRequest(command), contextWith({ policy: { ...policy, directory, ...guard } }));
};

test("nothing is started before the processes of a server that was killed are gone", async () => {
  const guard = join(directory, "guard");
  const held = heldPipe(directory);
  const command = `exec 9>${held.path}; echo $PPID >&9; sleep 1000`;
  const host = Bun.spawn([process.execPath, join(import.meta.dir, "host.ts"), command, guard], {
    stdout: "inherit",
    stderr: "inherit",
  });
  const leader = Number(await held.written());
  // The watcher is kept from its work, as on a machine that is very busy.
  process.kill(-leader, "SIGSTOP");
  host.kill("SIGKILL");
  await host.exited;
  const guarded = run(`ps -o stat= -p ${leader}; true`, guard);
  try {
    // Nobody holds this one up, so without a guard the one before would have seen a process that is there as well.
    expect(await run(`ps -o stat= -p ${leader}`)).toMatch(/^[^Z]/);
  } finally {
    process.kill(-leader, "SIGCONT");
  }
  await held.released();
  expect(await guarded).toMatch(/^(Z.*)?$/);
});

test("when nothing is left of the server before, nothing is waited for", async () => {
  const guard = join(directory, "left");
  const host = Bun.spawn([process.execPath, join(import.meta.dir, "host.ts"), "true", guard], {
    stdout: "inherit",
    stderr: "inherit",
  });
  expect(await host.exited).toBe(0);
  expect(await run("echo now", guard)).toBe("now");
});

test("activities of one server do not wait for each other", async () => {
  const guard = join(directory, "own");
  const go = join(directory, "go");
  expect(Bun.spawnSync(["mkfifo", go]).exitCode).toBe(0);
  const first = run(`read -r word <${go}; echo "$word"`, guard);
  expect(await run("echo second", guard)).toBe("second");
  expect(Bun.spawnSync(["/bin/sh", "-c", `echo first >${go}`]).exitCode).toBe(0);
  expect(await first).toBe("first");
});
