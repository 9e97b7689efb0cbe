import { expect, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openLog } from "../../src/daemon/log.ts";
import { binary, failures, need, processesOf, read, Sandbox } from "./sandbox.ts";

const strace = need("strace");
const isRoot = process.getuid?.() === 0;
const nobody = 65534;

/** The command under a kernel that refuses one system call. */
function refusing(call: string, error: string, ...words: string[]): string[] {
  return [
    "-f",
    "-qq",
    "-e",
    `trace=${call}`,
    "-e",
    `inject=${call}:error=${error}`,
    "-o",
    "/dev/null",
    binary,
    ...words,
  ];
}

test.skipIf(!strace)(
  "scenario 39: a filesystem without locks is diagnosed in one line",
  async () => {
    using box = new Sandbox();
    const result = await box.pawl(refusing("flock", "ENOLCK", "apply", "-f", box.definition), {
      program: "strace",
    });
    expect(result.code).toBe(3);
    expect(result.stderr).toContain("refuses file locks");
    expect(processesOf(box.home)).toEqual([]);
    expect(failures([await box.apply()])).toEqual([]);
  },
  20_000,
);

test.skipIf(!strace)(
  "scenario 39: a filesystem without sockets is diagnosed in one line",
  async () => {
    using box = new Sandbox();
    const result = await box.pawl(refusing("bind", "EPERM", "serve"), { program: "strace" });
    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain("Cannot listen on");
    expect(result.stderr.trim().split("\n").length).toBeLessThanOrEqual(2);
    expect(failures([await box.apply()])).toEqual([]);
  },
  20_000,
);

test.skipIf(!isRoot || !need("mount"))(
  "scenario 41: a full disk is named, and free space mends it",
  async () => {
    using box = new Sandbox();
    mkdirSync(box.home, { mode: 0o700 });
    const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", box.home]);
    if (mounted.exitCode !== 0) return console.error("skipped: the kernel refuses mounts here");
    try {
      const filler = join(box.home, "filler");
      Bun.spawnSync(["dd", "if=/dev/zero", `of=${filler}`, "bs=64k"], { stderr: "ignore" });
      const atStart = await box.apply("--timeout", "10s");
      expect(atStart.code).not.toBe(0);
      expect(atStart.stderr).toMatch(/no space|disk|full/i);
      rmSync(filler);
      expect(failures([await box.apply()])).toEqual([]);
      const pid = box.serverPid();
      Bun.spawnSync(["dd", "if=/dev/zero", `of=${filler}`, "bs=64k"], { stderr: "ignore" });
      writeFileSync(
        box.definition,
        `${read(box.definition).replace("1.0.0", "1.0.1")}# ${"x".repeat(500_000)}\n`,
      );
      const running = await box.apply();
      expect(running.code).not.toBe(0);
      expect(running.stderr).toMatch(/no space|disk|full/i);
      expect(failures([await box.pawl(["get", "workflows"])])).toEqual([]);
      rmSync(filler);
      expect(failures([await box.apply()])).toEqual([]);
      expect(box.serverPid()).toBe(pid);
      box.killServer();
    } finally {
      box.killServer();
      Bun.spawnSync(["umount", "-l", box.home]);
    }
  },
  40_000,
);

test("scenario 41: the log does not grow without end, and health checks are not in it", async () => {
  using box = new Sandbox();
  await box.apply();
  const before = box.log().split("\n").length;
  await box.applyMany(5);
  expect(box.log()).not.toContain("Health");
  const directory = join(box.directory, "logs");
  mkdirSync(directory);
  const log = openLog(directory, 10_000);
  for (let i = 0; i < 1000; i++) log.write("info", "line", { i, text: "x".repeat(100) });
  const sizes = ["server.log", "server.log.1", "server.log.2"].map(
    (name) => Bun.file(join(directory, name)).size,
  );
  expect(Math.max(...sizes)).toBeLessThanOrEqual(10_000);
  expect(await Bun.file(join(directory, "server.log.3")).exists()).toBe(false);
  expect(read(join(directory, "server.log"))).toContain('"i":999');
  expect(before).toBeGreaterThan(1);
});

test("the log keeps secrets to itself, and leaves out what is below its level", () => {
  using box = new Sandbox();
  const log = openLog(box.directory);
  log.redact('hun"ter2');
  log.setLevel("warn");
  log.write("info", "below");
  log.write("warn", 'asked with hun"ter2', { token: 'hun"ter2', nested: { url: 'http://x/?t=hun"ter2' } });
  log.write("error", "y".repeat(100_000));
  const text = read(join(box.directory, "server.log"));
  const lines = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(2);
  expect(text).not.toContain("hun");
  expect(lines[0]).toMatchObject({ level: "warn", message: "asked with ***", token: "***" });
  expect(lines[1].cut).toBe(true);
});

test("scenario 42: too few descriptors are an error, not a loop", async () => {
  using box = new Sandbox();
  for (const limit of [24, 16, 10]) {
    const script = `ulimit -n ${limit}; exec '${binary}' apply -f '${box.definition}' --timeout 10s`;
    const result = await box.pawl(["-c", script], { program: "bash" });
    expect(result.ms).toBeLessThan(11_000);
    if (result.code !== 0) expect(result.stderr).not.toBe("");
  }
  await box.pawl(["server", "stop"]);
  expect(failures([await box.apply()])).toEqual([]);
}, 60_000);

test.skipIf(!isRoot || !need("setpriv") || !need("prlimit"))(
  "scenario 42: too few processes are an error, not a loop",
  async () => {
    using box = new Sandbox();
    Bun.spawnSync(["chown", "-R", String(nobody), box.directory]);
    const user = ["--reuid", String(nobody), "--regid", String(nobody), "--clear-groups"];
    const words = [...user, "prlimit", "--nproc=2", binary, "apply", "-f", box.definition, "--timeout", "5s"];
    const result = await box.pawl(words, { program: "setpriv", env: { HOME: box.directory } });
    expect(result.code).not.toBe(0);
    expect(result.ms).toBeLessThan(7000);
    expect(result.stderr).not.toBe("");
  },
  20_000,
);

const clock = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <stdlib.h>
#include <time.h>
static long shift(void) {
  struct stat s;
  const char *flag = getenv("CLOCK_FLAG");
  return flag && stat(flag, &s) == 0 ? atol(getenv("CLOCK_SHIFT")) : 0;
}
int clock_gettime(clockid_t id, struct timespec *t) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
  int r = real(id, t);
  if (id == CLOCK_REALTIME) t->tv_sec += shift();
  return r;
}
int gettimeofday(struct timeval *t, void *z) {
  struct timespec s;
  clock_gettime(CLOCK_REALTIME, &s);
  t->tv_sec = s.tv_sec;
  t->tv_usec = s.tv_nsec / 1000;
  return 0;
}
`;

test.skipIf(!need("cc"))(
  "scenario 43: a clock that jumps a day neither ends nor prolongs a wait",
  async () => {
    for (const shift of ["86400", "-86400"]) {
      using box = new Sandbox();
      const library = join(box.directory, "clock.so");
      writeFileSync(`${library}.c`, clock);
      expect(Bun.spawnSync(["cc", "-shared", "-fPIC", "-o", library, `${library}.c`, "-ldl"]).exitCode).toBe(
        0,
      );
      const flag = join(box.directory, "jumped");
      const env = { LD_PRELOAD: library, CLOCK_FLAG: flag, CLOCK_SHIFT: shift };
      const serve = box.start(["serve"], { env });
      await serve.stderr.getReader().read();
      process.kill(serve.pid, "SIGSTOP");
      const waiting = box.pawl(["apply", "-f", box.definition, "--timeout", "2s"], { env });
      setTimeout(() => writeFileSync(flag, ""), 700);
      const timedOut = await waiting;
      expect(timedOut.code).toBe(3);
      expect(timedOut.ms).toBeGreaterThan(1900);
      expect(timedOut.ms).toBeLessThan(2700);
      process.kill(serve.pid, "SIGCONT");
      expect(failures([await box.pawl(["apply", "-f", box.definition], { env }), await box.apply()])).toEqual(
        [],
      );
      expect(box.serverPid()).toBe(serve.pid);
      serve.kill("SIGTERM");
      expect(await serve.exited).toBe(0);
    }
  },
  30_000,
);
