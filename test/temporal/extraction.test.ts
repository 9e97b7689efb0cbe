import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { binary, read, Sandbox } from "../daemon/sandbox.ts";

setDefaultTimeout(60_000);

/** Nobody listens there: the library is loaded to find that out. */
const config = "engine: temporal\ntemporal-address: 127.0.0.1:1\ntemporal-config-file: /dev/null\n";
const library = "temporal.node";

function configured(box: Sandbox): Sandbox {
  mkdirSync(box.home, { mode: 0o700 });
  writeFileSync(join(box.home, "config.yaml"), config);
  return box;
}

const unpacked = (box: Sandbox) =>
  readdirSync(join(box.home, "cache"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(library))
    .map((path) => join(box.home, "cache", path));
const mapped = (box: Sandbox) => read(`/proc/${box.serverPid()}/maps`).includes(library);

describe("the native part of Temporal's SDK", () => {
  test("is never unpacked and never loaded where the engine is another", async () => {
    using box = new Sandbox();
    await box.apply();
    expect((await box.pawl(["run", "hello"])).code).toBe(0);
    expect(existsSync(join(box.home, "cache"))).toBe(false);
    expect(mapped(box)).toBe(false);
    expect(read(`/proc/${box.serverPid()}/maps`).length).toBeGreaterThan(0);
  });

  test("is loaded from the home, and what somebody damaged there is unpacked again", async () => {
    using box = configured(new Sandbox());
    expect((await box.pawl(["server", "start"])).code).toBe(0);
    const [file = ""] = unpacked(box);
    expect(mapped(box)).toBe(true);
    await box.pawl(["server", "stop"]);
    const content = readFileSync(file);
    chmodSync(file, 0o700);
    writeFileSync(file, content.subarray(0, 1_000_000));
    expect((await box.pawl(["server", "start"])).code).toBe(0);
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(mapped(box)).toBe(true);
  });

  test("is unpacked by several servers at once, each into its own home", async () => {
    using one = configured(new Sandbox());
    using two = configured(new Sandbox());
    const starts = [one, two].map((box) => box.pawl(["server", "start"]));
    expect((await Promise.all(starts)).map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ""],
      [0, ""],
    ]);
    for (const box of [one, two]) {
      expect(unpacked(box)).toHaveLength(1);
      expect(mapped(box)).toBe(true);
    }
  });

  test("does not care where the temp directory is", async () => {
    using box = configured(new Sandbox());
    const env = { TMPDIR: "/does/not/exist", BUN_TMPDIR: "/does/not/exist" };
    expect((await box.pawl(["server", "start"], { env })).code).toBe(0);
    expect(mapped(box)).toBe(true);
  });
});

/** In a mount namespace of its own; /mnt is a fresh file system with the executable and a home. */
const script = `set -e
mount -t tmpfs tmpfs /mnt
cp "$PAWL" /mnt/pawl
mkdir -m 700 /mnt/home
eval "$MOUNTS"
[ -e /mnt/home/config.yaml ] || echo "$CONFIG" > /mnt/home/config.yaml
set +e
export HOME=/mnt PAWL_HOME=/mnt/home
/mnt/pawl server start -o name
echo "start $?"
pid=$(/mnt/pawl server status -o json | sed -n 's/.*"pid": \\([0-9][0-9]*\\).*/\\1/p')
[ -n "$pid" ] && grep -q ${library} /proc/$pid/maps && echo mapped
find /mnt/home/cache -type f | sed 's/.*[.]node/found library/'
/mnt/pawl server stop
exit 0`;

/** The same below a root of its own, in which there is no /tmp. */
const rootless = `set -e
mount -t tmpfs tmpfs /mnt
cd /mnt
for d in bin sbin lib lib64 usr etc proc dev; do
  if [ -L /$d ]; then cp -P /$d $d; elif [ -d /$d ]; then mkdir $d; mount --rbind /$d $d; fi
done
cp "$PAWL" pawl
mkdir -m 700 home
echo "$CONFIG" > home/config.yaml
set +e
chroot /mnt /bin/sh -c '[ -e /tmp ] && echo "a /tmp"
export HOME=/ PAWL_HOME=/home
/pawl server start -o name
echo "start $?"
pid=$(/pawl server status -o json | sed -n "s/.*\\"pid\\": \\([0-9][0-9]*\\).*/\\1/p")
[ -n "$pid" ] && grep -q ${library} /proc/$pid/maps && echo mapped
/pawl server stop'
exit 0`;

const canMount =
  process.platform === "linux" &&
  Bun.spawnSync(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], { stderr: "ignore" }).exitCode ===
    0;
const mounting = canMount ? describe : describe.skip;
const why = canMount ? "" : " (skipped: takes the right to mount, as root with unshare)";

mounting(`the native part of Temporal's SDK, on file systems of all kinds${why}`, () => {
  async function start(mounts: string, env: Record<string, string> = {}, all = script): Promise<string> {
    const child = Bun.spawn(["unshare", "-m", "sh", "-c", all], {
      env: { PATH: process.env["PATH"], PAWL: binary, CONFIG: config, MOUNTS: mounts, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    return stdout + stderr;
  }

  test.each([
    ["noexec", "mount -t tmpfs -o noexec tmpfs /tmp", {}],
    ["read-only", "mount -t tmpfs -o ro tmpfs /tmp", {}],
    [
      "unusable, as TMPDIR says too",
      "mount -t tmpfs -o ro,noexec tmpfs /tmp",
      { TMPDIR: "/no/such", BUN_TMPDIR: "/no/such" },
    ],
  ])("works with a /tmp that is %s", async (_, mounts, env) => {
    const told = await start(mounts, env);
    expect(told).toContain("start 0\nmapped\nfound library\n");
  });

  test("works where there is no /tmp", async () => {
    const told = await start("", {}, rootless);
    expect(told).toContain("start 0\nmapped\nstopped\n");
    expect(told).not.toContain("a /tmp");
  });

  test("a home without execution is told, with what to do", async () => {
    const told = await start("mount -t tmpfs -o noexec,mode=700 tmpfs /mnt/home");
    expect(told).toContain("start 3\n");
    expect(told).toContain('Cannot load Temporal\'s library from "/mnt/home/cache"');
    expect(told).toContain("hint: Have the home on a file system that allows execution");
  });

  test.each([
    ["full", "size=20m", "ENOSPC"],
    ["read-only", "ro", "EROFS"],
  ])("a cache that is %s is told, and nothing half is left in it", async (_, options, code) => {
    const told = await start(
      `mkdir /mnt/home/cache; mount -t tmpfs -o ${options},mode=700 tmpfs /mnt/home/cache`,
    );
    expect(told).toContain("start 3\n");
    expect(told).toContain(`Cannot unpack Temporal's library into "/mnt/home/cache": ${code}`);
    expect(told).toContain("hint: Make the folder writable, with 30 MB to spare");
    expect(told).not.toContain("found");
  });
});

test("the executable is at most 40 MB larger than an empty one", () => {
  using box = new Sandbox();
  const empty = join(box.directory, "empty");
  writeFileSync(`${empty}.ts`, "");
  const build = [
    "build",
    "--compile",
    "--minify",
    "--bytecode",
    "--format=esm",
    `--outfile=${empty}`,
    `${empty}.ts`,
  ];
  expect(Bun.spawnSync([process.execPath, ...build], { cwd: box.directory }).exitCode).toBe(0);
  expect(statSync(binary).size - statSync(empty).size).toBeLessThan(40e6);
});
