import { expect, test } from "bun:test";
import { existsSync, lstatSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { locateHome } from "../../src/config/home.ts";
import { binary, failures, need, processesOf, read, Sandbox } from "./sandbox.ts";

test("scenario 36: files in the working directory have no effect", async () => {
  using box = new Sandbox();
  const hostile = join(box.directory, "hostile");
  mkdirSync(hostile);
  writeFileSync(join(hostile, ".env"), `PAWL_HOME=${hostile}/wrong\nPAWL_ENGINE=nonsense\n`);
  writeFileSync(
    join(hostile, "preload.ts"),
    `require("fs").writeFileSync("${hostile}/preloaded", "");\nprocess.exit(9);\n`,
  );
  writeFileSync(join(hostile, "bunfig.toml"), 'preload = ["./preload.ts"]\n');
  writeFileSync(join(hostile, "tsconfig.json"), "{ this is not json");
  writeFileSync(join(hostile, "package.json"), "{ neither is this");
  expect(failures([await box.pawl(["apply", "-f", box.definition], { cwd: hostile })])).toEqual([]);
  expect(read(join(hostile, "preloaded"))).toBe("");
  expect(box.serverPid()).toBeGreaterThan(0);
  expect(realpathSync(`/proc/${box.serverPid()}/cwd`)).toBe("/");
});

test("scenario 36: in a deleted working directory the runtime says so, and nothing starts", async () => {
  using box = new Sandbox();
  const script = `mkdir gone; cd gone; rmdir ../gone; exec '${binary}' get workflows`;
  const result = await box.pawl(["-c", script], { program: "sh" });
  expect(result.code).toBe(1);
  expect(result.stderr).toContain("The current working directory was deleted");
  expect(existsSync(box.home)).toBe(false);
});

test("scenario 37: nothing of a client's environment reaches the server", async () => {
  using box = new Sandbox();
  const env = {
    SECRET_TOKEN: "hunter2",
    HTTP_PROXY: "http://127.0.0.1:9",
    LANG: "xx_XX",
    NODE_OPTIONS: "--no-warnings",
    PAWL_LOG_LEVEL: "debug",
    PATH: `/odd:${process.env["PATH"]}`,
  };
  expect(failures([await box.pawl(["apply", "-f", box.definition], { env })])).toEqual([]);
  const seen = read(`/proc/${box.serverPid()}/environ`).split("\0").filter(Boolean);
  const names = seen.map((variable) => variable.split("=")[0]).sort();
  expect(names).toEqual(["HOME", "LANG", "LOGNAME", "PATH", "SHELL", "USER"]);
  expect(seen.join("\n")).not.toMatch(/hunter2|odd|xx_XX|127\.0\.0\.1/);
});

test("scenario 37: a preloaded library and the runtime's own switches stay with the client", async () => {
  using box = new Sandbox();
  const env = { LD_PRELOAD: "libm.so.6", BUN_OPTIONS: "--smol" };
  await box.pawl(["apply", "-f", box.definition], { env });
  await box.apply();
  expect(read(`/proc/${box.serverPid()}/environ`)).not.toMatch(/LD_PRELOAD|BUN_OPTIONS/);
});

test("scenario 38: long, odd and different spellings of a home are one server", async () => {
  using box = new Sandbox();
  const real = join(box.directory, "räum mit 'Leerzeichen' ".repeat(7).trim(), "x".repeat(40));
  expect(real.length).toBeGreaterThan(200);
  mkdirSync(real, { recursive: true });
  const link = join(box.directory, "link");
  symlinkSync(real, link);
  const apply = (home: string) => box.pawl(["apply", "-f", box.definition, "--home", home]);
  const spellings = [real, link, `${link}/`, `${link}/./../${link.split("/").at(-1)}`];
  expect(failures(await Promise.all(spellings.map(apply)))).toEqual([]);
  box.home = real;
  const pid = box.serverPid()!;
  expect(processesOf(real)).toEqual([pid]);
  expect(box.starts()).toBe(1);
  // The socket of a home that is too deep for an address lives elsewhere, and goes with its server.
  const { socket } = locateHome(link);
  expect(socket).toStartWith("/tmp/pawl-");
  expect(lstatSync(socket).isSocket()).toBe(true);
  expect(failures([await box.pawl(["server", "stop", "--home", link])])).toEqual([]);
  expect(processesOf(real)).toEqual([]);
  expect(lstatSync(socket, { throwIfNoEntry: false })).toBeUndefined();
});

test.skipIf(!need("rm"))("scenario 38: a home that does not exist yet is made", async () => {
  using box = new Sandbox();
  box.home = join(box.directory, "a/b/c");
  expect(failures([await box.apply()])).toEqual([]);
  rmSync(join(box.directory, "a"), { recursive: true });
});
