import { expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { failures, isAlive, kernel, need, processesOf, Sandbox } from "./sandbox.ts";

/** A server that reads this blocks in the kernel until somebody writes: as slow a start as one likes. */
function blockStart(box: Sandbox): string {
  const config = join(box.home, "config.yaml");
  rmSync(config, { force: true });
  expect(Bun.spawnSync(["mkfifo", "-m", "600", config]).exitCode).toBe(0);
  return config;
}

test("scenario 14: a slow start is called starting, and happens once", async () => {
  using box = new Sandbox();
  await box.apply();
  await box.pawl(["server", "stop"]);
  const config = blockStart(box);
  const first = await box.apply("--timeout", "1s");
  const pid = box.serverPid()!;
  const second = await box.apply("--timeout", "1s");
  for (const result of [first, second]) {
    expect(result.code).toBe(3);
    expect(result.stderr).toContain(`still starting (pid ${pid}`);
    expect(result.stderr).not.toContain("restart");
  }
  expect(box.serverPid()).toBe(pid);
  expect(processesOf(box.home)).toEqual([pid]);
  const waiting = box.applyMany(3);
  writeFileSync(config, "engine: sqlite\n");
  expect(failures(await waiting)).toEqual([]);
  expect(box.serverPid()).toBe(pid);
}, 30_000);

test("scenario 23: a server that does not heed SIGTERM is killed by the deadline, and its store opens", async () => {
  using box = new Sandbox();
  await box.apply();
  await box.pawl(["server", "stop"]);
  const config = blockStart(box);
  await box.apply("--timeout", "1s");
  const deaf = kernel.lockHolder(box.daemonLock)!;
  rmSync(config);
  const result = await box.pawl(["server", "restart"]);
  expect(failures([result])).toEqual([]);
  expect(result.ms).toBeLessThan(8000);
  expect(isAlive(deaf.pid)).toBe(false);
  deaf.close();
  const listed = await box.pawl(["get", "workflows", "-o", "name"]);
  expect(listed.stdout).toContain("hello");
}, 30_000);

const forgetful = `
import subprocess, sys
server = subprocess.Popen([sys.argv[1], "serve", "--home", sys.argv[2]], stdout=subprocess.DEVNULL)
sys.stdin.read()
`;

test.skipIf(!need("python3"))(
  "scenario 20: a zombie counts as dead at once",
  async () => {
    using box = new Sandbox();
    const { binary } = await import("./sandbox.ts");
    const parent = Bun.spawn(["python3", "-c", forgetful, binary, box.home], {
      env: box.environment(),
      stdio: ["pipe", "ignore", "pipe"],
    });
    // Its ready line.
    await parent.stderr.getReader().read();
    const pid = box.serverPid()!;
    process.kill(pid, "SIGKILL");
    const result = await box.apply();
    expect(failures([result])).toEqual([]);
    expect(result.ms).toBeLessThan(2000);
    expect(kernel.processState(pid)).toBe("zombie");
    expect(box.serverPid()).not.toBe(pid);
    parent.stdin.end();
    await parent.exited;
  },
  20_000,
);

test("scenario 34: Ctrl-C ends a long run within a second, and a second one at once", async () => {
  using box = new Sandbox();
  const definition = join(box.directory, "long.yaml");
  writeFileSync(
    definition,
    "document: {dsl: 1.0.3, namespace: default, name: long, version: 1.0.0}\ndo:\n  - nap: {wait: {minutes: 10}}\n",
  );
  await box.apply();
  const run = box.start(["run", definition, "--progress", "plain"]);
  const reader = run.stderr.getReader();
  // It follows the execution: its first line of progress is there.
  await reader.read();
  const interruptedMs = performance.now();
  run.kill("SIGINT");
  expect(await run.exited).not.toBe(0);
  expect(performance.now() - interruptedMs).toBeLessThan(1000);
  const stubborn = box.start(["run", definition, "--progress", "plain"]);
  const words = stubborn.stderr.getReader();
  await words.read();
  process.kill(box.serverPid()!, "SIGSTOP");
  stubborn.kill("SIGINT");
  // It says that it cancels, which a stopped server will not confirm.
  for (let text = ""; !text.includes("Ctrl-C"); )
    text += new TextDecoder().decode((await words.read()).value);
  stubborn.kill("SIGINT");
  expect(await stubborn.exited).toBe(130);
}, 20_000);
