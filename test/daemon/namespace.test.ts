import { expect, test } from "bun:test";
import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { binary, failures, need, processesOf, Sandbox } from "./sandbox.ts";

const isRoot = process.getuid?.() === 0;
const nobody = 65534;
const inNamespace = ["--pid", "--fork", "--mount-proc", ...(isRoot ? [] : ["--user", "--map-current-user"])];
const namespaces = need("unshare") && Bun.spawnSync(["unshare", ...inNamespace, "true"]).exitCode === 0;
if (!namespaces) console.error("skipped: the kernel refuses pid namespaces here");

test.skipIf(!namespaces)(
  "scenario 19: a server in another pid namespace serves, and is not restarted",
  async () => {
    using box = new Sandbox();
    await box.apply();
    const pid = box.serverPid();
    const inside = (...words: string[]) =>
      box.pawl([...inNamespace, binary, ...words], { program: "unshare" });
    expect(failures([await inside("apply", "-f", box.definition)])).toEqual([]);
    const refused = await inside("server", "restart");
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("namespace");
    expect(box.serverPid()).toBe(pid);
    expect(failures([await box.apply()])).toEqual([]);
  },
  20_000,
);

test("scenario 40: with umask 000 nothing is open to others, from the first instant", async () => {
  using box = new Sandbox();
  const script = `umask 000; exec '${binary}' apply -f '${box.definition}'`;
  expect(failures([await box.pawl(["-c", script], { program: "sh" })])).toEqual([]);
  const open = (path: string): string[] => {
    const stats = lstatSync(path);
    const here = (stats.mode & 0o077) === 0 ? [] : [`${path} ${(stats.mode & 0o777).toString(8)}`];
    return stats.isDirectory()
      ? [...here, ...readdirSync(path).flatMap((name) => open(join(path, name)))]
      : here;
  };
  expect(open(box.home)).toEqual([]);
});

test("scenario 40: a home that others can write is refused", async () => {
  using box = new Sandbox();
  mkdirSync(box.run, { recursive: true });
  chmodSync(box.run, 0o777);
  const result = await box.apply();
  expect(result.code).toBe(3);
  expect(result.stderr).toContain("chmod go-w");
  expect(processesOf(box.home)).toEqual([]);
});

test.skipIf(!isRoot || !need("setpriv"))(
  "scenario 40: a home of somebody else is refused, with the reason",
  async () => {
    using box = new Sandbox();
    await box.apply();
    chmodSync(box.directory, 0o755);
    const pid = box.serverPid();
    const asNobody = ["--reuid", String(nobody), "--regid", String(nobody), "--clear-groups", binary];
    const stranger = await box.pawl([...asNobody, "apply", "-f", box.definition], { program: "setpriv" });
    expect(stranger.code).toBe(3);
    expect(stranger.stderr).toContain(`we are user ${nobody}`);
    expect(processesOf(box.home)).toEqual([pid!]);
    using theirs = new Sandbox();
    mkdirSync(theirs.run, { recursive: true, mode: 0o700 });
    chownSync(theirs.run, nobody, nobody);
    const refused = await theirs.apply();
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(`user ${nobody}`);
    expect(processesOf(theirs.home)).toEqual([]);
  },
);
