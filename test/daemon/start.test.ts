import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { failures, inode, processesOf, Sandbox, soak } from "./sandbox.ts";

test("scenario 1: a hundred cold clients start one server", async () => {
  for (let round = 0; round < (soak ? 20 : 2); round++) {
    using box = new Sandbox();
    const results = await box.applyMany(100);
    expect(failures(results)).toEqual([]);
    expect(box.starts()).toBe(1);
    expect(processesOf(box.home)).toEqual([box.serverPid()!]);
    expect(box.files()).toEqual(["daemon.json", "daemon.lock", "pawl.sock", "start.lock"]);
  }
}, 300_000);

test("scenario 2: after a kill -9 fifty clients start one new server", async () => {
  using box = new Sandbox();
  expect(failures([await box.apply()])).toEqual([]);
  for (let round = 0; round < (soak ? 50 : 3); round++) {
    const before = box.serverPid();
    box.killServer();
    expect(box.files()).toContain("pawl.sock");
    expect(failures(await box.applyMany(50))).toEqual([]);
    expect(box.serverPid()).not.toBe(before);
    expect(processesOf(box.home)).toEqual([box.serverPid()!]);
    expect(box.starts()).toBe(round + 2);
  }
}, 300_000);

test("scenario 3: of 25 clients and 25 serve, one serves and 24 say who does", async () => {
  using box = new Sandbox();
  const servers = Array.from({ length: 25 }, () => box.start(["serve"]));
  const clients = await box.applyMany(25);
  expect(failures(clients)).toEqual([]);
  const pid = box.serverPid();
  const losers = servers.filter((server) => server.pid !== pid);
  expect(losers.length).toBeGreaterThanOrEqual(24);
  for (const loser of losers) {
    expect(await loser.exited).toBe(4);
    expect(await new Response(loser.stderr).text()).toContain(`already running (pid ${pid})`);
  }
  expect(box.starts()).toBe(1);
}, 60_000);

test("scenario 5: a deleted socket comes back, and with it the same server", async () => {
  using box = new Sandbox();
  await box.apply();
  const pid = box.serverPid();
  rmSync(box.socket);
  const again = await box.apply();
  expect(failures([again])).toEqual([]);
  expect(again.ms).toBeLessThan(1000);
  expect(box.serverPid()).toBe(pid);
  const before = inode(box.socket);
  expect(failures([await box.apply()])).toEqual([]);
  expect(inode(box.socket)).toBe(before);
});

test("scenario 9: a starting client that is killed holds nobody up", async () => {
  for (let point = 0; point < 20; point += soak ? 1 : 4) {
    using box = new Sandbox();
    const [victim, ...others] = Array.from({ length: 10 }, () => box.start(["apply", "-f", box.definition]));
    // Not a wait but the stimulus: each round kills at another moment of the start.
    setTimeout(() => victim?.kill("SIGKILL"), point * 5);
    expect(await Promise.all(others.map((other) => other.exited))).toEqual(others.map(() => 0));
    await victim?.exited;
    expect(processesOf(box.home)).toEqual([box.serverPid()!]);
    expect(box.starts()).toBe(1);
  }
}, 120_000);
