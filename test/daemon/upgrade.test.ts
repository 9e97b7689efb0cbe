import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, copyFileSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { binary, failures, isAlive, processesOf, Sandbox, soak } from "./sandbox.ts";

const builds = mkdtempSync(join(tmpdir(), "pawl-builds-"));
const newer = join(builds, "newer");

beforeAll(() => {
  const script = resolve(import.meta.dir, "../../scripts/build.ts");
  const build = Bun.spawnSync([process.execPath, script, "--version", "99.0.0", "--outfile", newer]);
  if (build.exitCode !== 0) throw new Error(build.stderr.toString());
}, 120_000);

afterAll(() => rmSync(builds, { recursive: true, force: true }));

function copy(from: string, to: string): void {
  copyFileSync(from, `${to}.new`);
  chmodSync(`${to}.new`, 0o755);
  renameSync(`${to}.new`, to);
}

test("scenario 27: thirty newer clients replace an older server once", async () => {
  using box = new Sandbox();
  const installed = join(box.directory, "pawl");
  copy(binary, installed);
  const apply = () => box.pawl(["apply", "-f", box.definition], { program: installed });
  expect(failures([await apply()])).toEqual([]);
  const old = box.serverPid()!;
  copy(newer, installed);
  const results = await Promise.all(Array.from({ length: soak ? 30 : 15 }, apply));
  expect(failures(results)).toEqual([]);
  expect(isAlive(old)).toBe(false);
  expect(box.starts()).toBe(2);
  expect(results.filter(({ stderr }) => stderr.includes("99.0.0")).length).toBe(1);
  expect(processesOf(box.home)).toEqual([box.serverPid()!]);
}, 60_000);

test("scenario 27: a server in the foreground is left to whoever started it", async () => {
  using box = new Sandbox();
  const serve = box.start(["serve"]);
  await serve.stderr.getReader().read();
  const result = await box.pawl(["apply", "-f", box.definition], { program: newer });
  expect(failures([result])).toEqual([]);
  expect(result.stderr).toContain("pawl server restart");
  expect(box.serverPid()).toBe(serve.pid);
  serve.kill("SIGTERM");
  expect(await serve.exited).toBe(0);
}, 20_000);

test("scenario 28: an executable that is deleted while it starts a server still starts it", async () => {
  for (let point = 0; point < (soak ? 10 : 3); point++) {
    using box = new Sandbox();
    const installed = join(box.directory, "pawl");
    copy(binary, installed);
    const child = box.start(["apply", "-f", box.definition], { program: installed });
    const deletion = setTimeout(() => rmSync(installed), point * 5);
    expect(await child.exited).toBe(0);
    clearTimeout(deletion);
    expect(failures([await box.apply()])).toEqual([]);
    expect(box.starts()).toBe(1);
  }
}, 30_000);

test("scenario 29: two versions in turns cause one upgrade", async () => {
  using box = new Sandbox();
  for (let turn = 0; turn < (soak ? 100 : 6); turn++) {
    const older = await box.apply();
    const upgrade = await box.pawl(["apply", "-f", box.definition], { program: newer });
    expect(failures([older, upgrade])).toEqual([]);
  }
  expect(box.starts()).toBe(2);
}, 120_000);
