import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { introduce } from "../../src/client/handshake.ts";
import { locateHome } from "../../src/config/home.ts";
import { failures, inode, isAlive, processesOf, read, Sandbox, soak } from "./sandbox.ts";

function open(path: string): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on("error", () => resolve(socket));
    socket.on("connect", () => resolve(socket));
  });
}

test("scenario 8: a stopped server with a full queue is neither replaced nor robbed of its socket", async () => {
  using box = new Sandbox();
  await box.apply();
  const pid = box.serverPid()!;
  const before = inode(box.socket);
  process.kill(pid, "SIGSTOP");
  const sockets = await Promise.all(Array.from({ length: 700 }, () => open(box.socket)));
  const result = await box.apply("--timeout", "2s");
  expect(result.code).toBe(3);
  expect(result.ms).toBeLessThan(2600);
  expect(result.stderr).toContain(`pid ${pid}, stopped`);
  expect(inode(box.socket)).toBe(before);
  expect(processesOf(box.home)).toEqual([pid]);
  // Who already waits when it goes on is served as soon as the queue has room.
  const waiting = box.apply("--timeout", "20s");
  const refused = await box.apply("--timeout", "1s");
  expect(refused.code).toBe(3);
  process.kill(pid, "SIGCONT");
  const served = await waiting;
  expect(failures([served, await box.apply()])).toEqual([]);
  expect(served.ms).toBeLessThan(5000);
  expect(box.serverPid()).toBe(pid);
  for (const socket of sockets) socket.destroy();
}, 40_000);

test("scenario 10: clients never notice a server that is killed and stopped all the time", async () => {
  using box = new Sandbox();
  await box.apply();
  const endMs = performance.now() + (soak ? 60_000 : 6000);
  const failed: string[] = [];
  const servers = new Set<number>();
  const loop = async () => {
    while (performance.now() < endMs) {
      const result = await box.apply();
      failed.push(...failures([result]));
      const alive = processesOf(box.home).filter((pid) => read(`/proc/${pid}/cmdline`).includes("--spawned"));
      for (const pid of alive) servers.add(pid);
    }
  };
  let turn = 0;
  const stops: Promise<unknown>[] = [];
  const disturb = setInterval(() => {
    const pid = box.serverPid();
    if (turn++ % 2 === 0 && pid !== undefined) process.kill(pid, "SIGKILL");
    else stops.push(box.pawl(["server", "stop"]));
  }, 100);
  await Promise.all(Array.from({ length: soak ? 12 : 4 }, loop));
  clearInterval(disturb);
  await Promise.all(stops);
  expect(failed).toEqual([]);
  expect(servers.size).toBeGreaterThan(1);
  expect(failures([await box.apply()])).toEqual([]);
  expect(processesOf(box.home)).toEqual([box.serverPid()!]);
}, 120_000);

test("scenario 22: a stop amid applies costs none of them", async () => {
  using box = new Sandbox();
  await box.apply();
  const applies = box.applyMany(20);
  const stop = await box.pawl(["server", "stop"]);
  expect(stop.code).toBe(0);
  expect(failures(await applies)).toEqual([]);
  const listed = await box.pawl(["get", "workflows", "-o", "name"]);
  expect(listed.stdout).toContain("hello");
}, 60_000);

test("scenario 24: restarts in parallel with clients disturb nobody", async () => {
  using box = new Sandbox();
  await box.apply();
  const count = soak ? 20 : 6;
  const restarts = Promise.all(
    Array.from({ length: count }, () => box.pawl(["server", "restart", "--timeout", "60s"])),
  );
  const results = await box.applyMany(soak ? 50 : 20);
  expect(failures(results)).toEqual([]);
  expect(failures(await restarts)).toEqual([]);
  expect(processesOf(box.home)).toEqual([box.serverPid()!]);
}, 180_000);

test("scenario 46: thousands of clients leave no trace in the server", async () => {
  using box = new Sandbox();
  await box.apply();
  const pid = box.serverPid()!;
  const descriptors = () => readdirSync(`/proc/${pid}/fd`).length;
  const residentKb = () => Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1]);
  const round = async (rounds: number) => {
    for (let i = 0; i < rounds; i++) expect(failures(await box.applyMany(10))).toEqual([]);
  };
  await round(soak ? 100 : 6);
  const home = locateHome(box.home);
  for (let i = 0; i < 2; i++) await introduce(home, 5000);
  const before = { descriptors: descriptors(), residentKb: residentKb() };
  await round(soak ? 900 : 12);
  // Whoever answers these has come by the ends of the connections before.
  for (let i = 0; i < 2; i++) expect((await introduce(home, 5000)).kind).toBe("server");
  expect(descriptors()).toBeLessThanOrEqual(before.descriptors + 2);
  expect(residentKb()).toBeLessThan(before.residentKb * 1.5);
  expect(isAlive(pid)).toBe(true);
}, 900_000);
