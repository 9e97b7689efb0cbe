import { afterAll, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { definition, Place } from "./pawl.ts";

const place = new Place();
afterAll(() => place.close());
const pawl = (...words: string[]) => place.pawl(words);

test("status says that there is none, with every key, and exits 3", async () => {
  const { stdout, code } = await pawl("server", "status", "-o", "json");
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toEqual({
    running: false,
    phase: null,
    pid: null,
    version: null,
    commit: null,
    instance: null,
    home: place.home,
    socket: join(place.home, "run/pawl.sock"),
    startedAt: null,
    foreground: null,
    engine: null,
    executions: {},
  });
  expect((await pawl("server", "status")).stdout).toBe("not running\n");
});

test("--no-start never starts one", async () => {
  await place.file("hello.yaml", definition("hello", "  - x: { set: { a: 1 } }"));
  for (const words of [["apply", "-f", "hello.yaml"], ["run", "hello.yaml"], ["get", "wf"], ["events"]]) {
    const { stdout, code, stderr } = await pawl(...words, "--no-start");
    expect([stdout, code]).toEqual(["", 3]);
    expect(stderr).toStartWith("error: ");
  }
});

test("doctor looks, and changes nothing", async () => {
  const { stdout, code } = await pawl("doctor");
  expect(code).toBe(0);
  expect(stdout).toContain("does not exist yet, it will be made");
  expect(await Bun.file(join(place.home, "run/start.lock")).exists()).toBe(false);
});

test("doctor names a store that no server could open, and leaves it as it is", async () => {
  const damaged = new Place();
  const store = await damaged.file("home/data/pawl.db", "no database ".repeat(100));
  const { stdout, code } = await damaged.pawl(["doctor", "-o", "jsonl"]);
  const path = join(damaged.directory, store);
  expect(code).toBe(1);
  expect(stdout).toContain(JSON.stringify(`The store "${path}" is damaged: file is not a database`));
  expect(await Bun.file(path).text()).toStartWith("no database ");
  expect((await damaged.pawl(["get", "wf"])).stderr).toContain("is damaged: file is not a database");
  Bun.spawnSync(["rm", path]);
  await damaged.pawl(["server", "start"]);
  for (const words of [["doctor"], ["server", "stop"], ["doctor"]]) {
    const { stdout, code } = await damaged.pawl(words);
    expect(code).toBe(0);
    if (words[0] === "doctor") expect(stdout).toMatch(/^ok {7}store {8}\S+pawl\.db \(\d+\.\d MiB\)$/m);
  }
  await damaged.close();
});

test("what is no directory where the store belongs is told as that", async () => {
  const blocked = new Place();
  await blocked.file("home/data", "");
  const { code, stderr } = await blocked.pawl(["get", "wf"]);
  expect(code).toBe(3);
  expect(stderr).toContain(
    `error: The server could not start: "${join(blocked.home, "data")}" is not a directory\n`,
  );
  await blocked.close();
});

test("doctor says where each setting comes from", async () => {
  const settled = new Place();
  await settled.file("home/config.yaml", "idle-exit: 5m\ndrain: 10s\n");
  const { stdout } = await settled.pawl(["doctor", "-o", "jsonl"], { env: { PAWL_DURABILITY: "task" } });
  const messages = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter(({ check }) => check === "config")
    .map(({ message }) => message);
  const file = join(settled.home, "config.yaml");
  expect(messages).toEqual([
    file,
    'engine = "sqlite" from default',
    'durability = "task" from PAWL_DURABILITY (only for `pawl serve`)',
    'log-level = "info" from default',
    `idle-exit = 5m from ${file}:1:1`,
    `drain = 10s from ${file}:2:1`,
  ]);
  await settled.close();
});

test("doctor names what is broken, and the command that mends it", async () => {
  const broken = new Place();
  mkdirSync(broken.home, { mode: 0o700 });
  await Bun.write(join(broken.home, "config.yaml"), "engin: sqlite\n");
  Bun.spawnSync(["chmod", "0777", broken.home]);
  const { stdout, code } = await broken.pawl(["doctor", "-o", "jsonl"]);
  const findings = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const errors = findings.filter(({ level }) => level === "error");
  expect(code).toBe(1);
  expect(errors.map(({ check, fix }) => [check, fix])).toContainEqual([
    "home",
    `chmod go-w '${broken.home}'`,
  ]);
  expect(errors.map(({ check }) => check).toSorted()).toEqual(["config", "home"]);
  expect(errors.find(({ check }) => check === "config")?.message).toContain('Unknown option "engin"');
  await broken.close();
});

test("a file where the home should be is told as one", async () => {
  await place.file("taken", "");
  for (const home of ["taken", "taken/home"]) {
    const path = join(place.directory, home);
    for (const words of [
      ["get", "wf"],
      ["server", "status"],
      ["server", "start"],
    ]) {
      const { code, stdout, stderr } = await pawl(...words, "--home", path);
      expect([code, stdout]).toEqual([3, ""]);
      expect(stderr).toContain(`There can be no directory "${path}/run": on the way to it is a file`);
    }
  }
  const doctor = await pawl("doctor", "--home", join(place.directory, "taken"));
  expect(doctor.code).toBe(1);
  expect(doctor.stdout).toContain("taken is not a directory");
});
