import { expect, test } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { failures, inode, isAlive, kernel, need, processesOf, Sandbox } from "./sandbox.ts";

test("scenario 13: a stopped server is named, left alone, and an answer once it goes on", async () => {
  using box = new Sandbox();
  await box.apply();
  const pid = box.serverPid()!;
  process.kill(pid, "SIGSTOP");
  const result = await box.apply("--timeout", "2s");
  expect(result.code).toBe(3);
  expect(result.ms).toBeGreaterThan(1900);
  expect(result.ms).toBeLessThan(2600);
  expect(result.stderr).toContain(`pid ${pid}, stopped`);
  expect(result.stderr).toContain("pawl server restart");
  process.kill(pid, "SIGCONT");
  expect(failures([await box.apply()])).toEqual([]);
  expect(box.serverPid()).toBe(pid);
}, 20_000);

test.skipIf(!need("strace"))(
  "scenario 16: a pid in a file is never signalled",
  async () => {
    using box = new Sandbox();
    await box.apply();
    const stranger = Bun.spawn(["sleep", "600"]);
    try {
      const planted = JSON.stringify({
        pid: stranger.pid,
        version: "1.0.0",
        phase: "serving",
        instance: "x",
      });
      const plant = () => {
        for (const name of ["daemon.json", "start.lock", "daemon.lock", "pawl.pid"]) {
          writeFileSync(join(box.run, name), planted);
        }
      };
      for (const words of [
        ["server", "restart"],
        ["server", "stop"],
        ["apply", "-f", box.definition],
      ]) {
        plant();
        const trace = join(box.directory, "trace");
        const strace = ["-qq", "-e", "trace=kill,tkill,tgkill,pidfd_open,pidfd_send_signal", "-o", trace];
        const result = await box.pawl([...strace, process.env["PAWL_BINARY"] ?? "dist/pawl", ...words], {
          program: "strace",
          cwd: process.cwd(),
        });
        expect(failures([result])).toEqual([]);
        expect(readFileSync(trace, "utf8")).not.toContain(`(${stranger.pid},`);
      }
      expect(isAlive(stranger.pid)).toBe(true);
    } finally {
      stranger.kill("SIGKILL");
      await stranger.exited;
    }
  },
  60_000,
);

const restarts: readonly [from: string, prepare: (box: Sandbox) => unknown][] = [
  ["no server", (box) => box.killServer()],
  ["a healthy server", () => {}],
  ["a stopped server", (box) => process.kill(box.serverPid()!, "SIGSTOP")],
  ["a server without its socket", (box) => rmSync(box.socket)],
  ["a server without its note", (box) => rmSync(join(box.run, "daemon.json"))],
];

for (const [from, prepare] of restarts) {
  test(`scenario 21: server restart from ${from}`, async () => {
    using box = new Sandbox();
    await box.apply();
    const before = box.serverPid()!;
    await prepare(box);
    const result = await box.pawl(["server", "restart"]);
    expect(failures([result])).toEqual([]);
    expect(result.ms).toBeLessThan(5000);
    expect(isAlive(before)).toBe(false);
    expect(box.serverPid()).toBeGreaterThan(0);
    expect(box.serverPid()).not.toBe(before);
    expect(failures([await box.apply()])).toEqual([]);
    expect(processesOf(box.home)).toEqual([box.serverPid()!]);
  }, 20_000);
}

test("scenario 25: the late end of an old server leaves the new socket alone", async () => {
  using box = new Sandbox();
  await box.apply();
  const old = kernel.lockHolder(box.daemonLock)!;
  // Its home is gone, so another server can start there while the old one is still around, frozen.
  process.kill(old.pid, "SIGSTOP");
  rmSync(box.home, { recursive: true });
  const started = await box.pawl(["server", "start", "--timeout", "10s"]);
  const published = inode(box.socket);
  old.signal("SIGTERM");
  old.signal("SIGCONT");
  expect(old.waitExit(10_000)).toBe(true);
  old.close();
  expect(failures([started])).toEqual([]);
  expect(inode(box.socket)).toBe(published);
  expect(failures([await box.apply()])).toEqual([]);
}, 30_000);

test("scenario 26: stop leaves nothing behind, and may be said twice", async () => {
  using box = new Sandbox();
  await box.apply();
  const pid = box.serverPid()!;
  expect(failures([await box.pawl(["server", "stop"])])).toEqual([]);
  expect(isAlive(pid)).toBe(false);
  expect(processesOf(box.home)).toEqual([]);
  expect(box.files()).toEqual(["daemon.lock", "start.lock"]);
  expect(box.serverPid()).toBeUndefined();
  const again = await box.pawl(["server", "stop"]);
  expect(again.code).toBe(0);
  expect(again.stdout + again.stderr).toContain("not running");
});
