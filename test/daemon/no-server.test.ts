import { expect, test } from "bun:test";
import { existsSync, readdirSync, renameSync, rmSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { failures, kernel, processesOf, Sandbox } from "./sandbox.ts";

test("with --no-start there is an error, and nothing is made", async () => {
  using box = new Sandbox();
  const result = await box.apply("--no-start");
  expect(result.code).toBe(3);
  expect(result.stderr).toContain("No server is running");
  expect(result.stderr).toContain("pawl server start");
  expect(existsSync(box.home)).toBe(false);
});

test("status, stop, validate, version and doctor start nothing and make nothing", async () => {
  using box = new Sandbox();
  const commands: [code: number, ...words: string[]][] = [
    [3, "server", "status"],
    [0, "server", "stop"],
    [0, "version"],
    [0, "validate", "-f", box.definition],
  ];
  for (const [code, ...words] of commands)
    expect([words, (await box.pawl(words)).code]).toEqual([words, code]);
  await box.pawl(["doctor"]);
  expect(existsSync(box.home)).toBe(false);
});

test("with --no-start a server that was killed is missed, not replaced", async () => {
  using box = new Sandbox();
  await box.apply();
  box.killServer();
  const result = await box.apply("--no-start");
  expect(result.code).toBe(3);
  expect(result.stderr).toContain("No server is running");
  expect(processesOf(box.home)).toEqual([]);
});

test("a server that crashes while it starts leaves its last words to its client", async () => {
  using box = new Sandbox();
  await box.apply();
  await box.pawl(["server", "stop"]);
  const config = join(box.home, "config.yaml");
  // It blocks here, inside the kernel, until it is ended.
  Bun.spawnSync(["mkfifo", "-m", "600", config]);
  await box.apply("--timeout", "1s");
  const stuck = kernel.lockHolder(box.daemonLock)!;
  stuck.signal("SIGKILL");
  stuck.waitExit(5000);
  stuck.close();
  const client = box.apply("--timeout", "20s");
  const noted = new Promise<void>((resolve) => {
    const watcher = watch(box.run, (_event, name) => name === "daemon.json" && resolve());
    client.finally(() => watcher.close());
  });
  await noted;
  process.kill(box.serverPid()!, "SIGSEGV");
  const result = await client;
  expect(result.code).toBe(3);
  expect(result.stderr).toContain("SIGSEGV");
  expect(result.stderr).toContain("last words");
  rmSync(config);
  expect(failures([await box.apply()])).toEqual([]);
}, 30_000);

test("a home that was moved takes no server along", async () => {
  using box = new Sandbox();
  await box.apply();
  const server = kernel.lockHolder(box.daemonLock)!;
  const moved = join(box.directory, "moved");
  renameSync(box.home, moved);
  expect(server.waitExit(10_000)).toBe(true);
  server.close();
  const result = await box.pawl(["get", "workflows", "-o", "name", "--home", moved]);
  expect(failures([result])).toEqual([]);
  expect(result.stdout).toContain("hello");
  expect(failures([await box.pawl(["server", "stop", "--home", moved])])).toEqual([]);
});

test("a config.yaml that is broken stops a server in the foreground as well", async () => {
  using box = new Sandbox();
  await box.apply();
  await box.pawl(["server", "stop"]);
  writeFileSync(join(box.home, "config.yaml"), "engine: abacus\n");
  const result = await box.pawl(["serve"]);
  expect(result.code).toBe(2);
  expect(result.stderr).toContain("config.yaml:1:1");
  expect(readdirSync(box.run)).not.toContain("pawl.sock");
});
