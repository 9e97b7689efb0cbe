import { expect, test } from "bun:test";
import { readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binary, failures, isAlive, need, read, Sandbox } from "./sandbox.ts";

const client = (box: Sandbox) => `'${binary}' apply -f '${box.definition}'`;

test("scenario 31: a server holds nothing of the client that started it", async () => {
  using box = new Sandbox();
  const open = Array.from({ length: 18 }, (_, i) => `exec ${i + 3}</dev/zero`).join("; ");
  const script = join(box.directory, "client.sh");
  writeFileSync(script, `${open}\nout=$(${client(box)}); echo "captured: $out"\n`);
  // The substitution reads to the end of the pipe: a server that held it would keep bash waiting for ever.
  const result = await box.pawl(["-qec", `bash ${script}`, "/dev/null"], { program: "script" });
  expect(failures([result])).toEqual([]);
  expect(result.stdout).toContain("captured: ");
  const pid = box.serverPid();
  const held = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [`${fd} ${readlinkSync(`/proc/${pid}/fd/${fd}`)}`];
    } catch {
      return [];
    }
  });
  expect(held.filter((fd) => /zero|pts|tty|\/client\.sh/.test(fd))).toEqual([]);
  expect(held.filter((fd) => /^[012] /.test(fd))).toEqual([
    "0 /dev/null",
    `1 ${box.home}/logs/start.log`,
    `2 ${box.home}/logs/start.log`,
  ]);
}, 20_000);

test.skipIf(!need("make"))(
  "scenario 32: neither make nor a pipeline waits for the server",
  async () => {
    using box = new Sandbox();
    const makefile = join(box.directory, "Makefile");
    writeFileSync(makefile, `all: a b\na b:\n\t+@${client(box)} | tee -a ${box.directory}/out\n`);
    const made = await box.pawl(["-j2", "-f", makefile], { program: "make" });
    expect(failures([made])).toEqual([]);
    expect(read(join(box.directory, "out")).trim().split("\n")).toHaveLength(2);
    expect(isAlive(box.serverPid()!)).toBe(true);
  },
  20_000,
);

for (const signal of ["SIGINT", "SIGQUIT", "SIGTSTP", "SIGHUP"] as const) {
  test(`scenario 33: the server survives ${signal} to its client's terminal`, async () => {
    using box = new Sandbox();
    // The whole foreground process group is signalled as soon as the client has ended, as a terminal would.
    const script = `${client(box)} >/dev/null; kill -${signal.slice(3)} 0`;
    const child = Bun.spawn(["setsid", "--wait", "bash", "-c", script], {
      cwd: box.directory,
      env: box.environment(),
      stdio: ["ignore", "ignore", "ignore"],
    });
    await box.apply();
    const pid = box.serverPid()!;
    if (signal === "SIGTSTP") child.kill("SIGKILL");
    await child.exited;
    expect(isAlive(pid)).toBe(true);
    const [, , , , session, tty] = read(`/proc/${pid}/stat`)
      .replace(/\(.*\)/, "()")
      .split(" ")
      .slice(1);
    expect([session, tty]).toEqual([String(pid), "0"]);
    expect(failures([await box.apply()])).toEqual([]);
    expect(box.serverPid()).toBe(pid);
  }, 20_000);
}

test("scenario 35: no lock and no socket ever lands on descriptors 0 to 2", async () => {
  using box = new Sandbox();
  const result = await box.pawl(["-c", `${client(box)} <&- >&- 2>&-`], { program: "bash" });
  expect(result.code).toBe(0);
  const pid = box.serverPid();
  const targets = [0, 1, 2].map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  expect(targets.every((target) => target === "/dev/null" || target.endsWith("/start.log"))).toBe(true);
  box.home = join(box.directory, "second");
  const published = box.published();
  const serve = Bun.spawn(
    ["bash", "-c", `exec '${binary}' serve --home '${box.directory}/second' <&- >&- 2>&-`],
    {
      env: box.environment(),
      stdio: ["ignore", "ignore", "ignore"],
    },
  );
  await published;
  expect((await box.apply()).code).toBe(0);
  for (const fd of [0, 1, 2]) {
    const target = readlinkSync(`/proc/${serve.pid}/fd/${fd}`);
    expect(target).not.toMatch(/lock|socket/);
  }
  serve.kill("SIGTERM");
  expect(await serve.exited).toBe(0);
}, 20_000);
