import { expect, test } from "bun:test";
import { lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { failures, inode, isAlive, kernel, need, processesOf, Sandbox } from "./sandbox.ts";

const plants: readonly [what: string, plant: (path: string, box: Sandbox) => void][] = [
  ["file", (path) => writeFileSync(path, "precious")],
  ["directory", (path) => mkdirSync(path)],
  ["symbolic link", (path, box) => symlinkSync(box.definition, path)],
];

for (const [what, plant] of plants) {
  test(`scenario 4: a ${what} at the socket path is neither followed nor clobbered`, async () => {
    using box = new Sandbox();
    mkdirSync(box.run, { recursive: true, mode: 0o700 });
    plant(box.socket, box);
    const before = lstatSync(box.socket);
    const target = readFileSync(box.definition, "utf8");
    const result = await box.apply("--timeout", "10s");
    expect(result.code).toBe(3);
    expect(result.stderr).toContain(`"${box.socket}" is not a socket`);
    expect(lstatSync(box.socket).ino).toBe(before.ino);
    expect(lstatSync(box.socket).mode).toBe(before.mode);
    expect(readFileSync(box.definition, "utf8")).toBe(target);
    expect(processesOf(box.home)).toEqual([]);
    rmSync(box.socket, { recursive: true });
    expect(failures([await box.apply()])).toEqual([]);
  });
}

test("scenario 6: without its lock files there is still only one server", async () => {
  using box = new Sandbox();
  await box.apply();
  const pid = box.serverPid()!;
  for (const name of ["daemon.lock", "start.lock"]) rmSync(join(box.run, name));
  expect(failures(await box.applyMany(5))).toEqual([]);
  for (const name of ["daemon.lock", "start.lock", "pawl.sock"]) rmSync(join(box.run, name), { force: true });
  expect(failures(await box.applyMany(10))).toEqual([]);
  expect(processesOf(box.home)).toEqual([pid]);
  expect(box.serverPid()).toBe(pid);
}, 30_000);

test("scenario 7: a server whose home was removed ends by itself", async () => {
  using box = new Sandbox();
  await box.apply();
  const server = kernel.lockHolder(box.daemonLock)!;
  rmSync(box.home, { recursive: true });
  expect(server.waitExit(10_000)).toBe(true);
  server.close();
  expect(lstatSync(box.home, { throwIfNoEntry: false })).toBeUndefined();
  expect(failures([await box.apply()])).toEqual([]);
  expect(processesOf(box.home)).toEqual([box.serverPid()!]);
}, 20_000);

function listen(path: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi");
  });
  return new Promise((resolve) => server.listen(path, () => resolve(server)));
}

test("scenario 17: a foreign server on the socket path is named and left alone", async () => {
  using box = new Sandbox();
  mkdirSync(box.run, { recursive: true, mode: 0o700 });
  const foreign = await listen(box.socket);
  const before = inode(box.socket);
  try {
    const commands = [
      ["apply", "-f", box.definition],
      ["server", "restart"],
      ["server", "stop"],
      ["get", "workflows"],
    ];
    for (const words of commands) {
      const result = await box.pawl([...words, "--timeout", "5s"]);
      expect([words.join(" "), result.code]).toEqual([words.join(" "), 3]);
      expect(result.stderr).toContain("is not pawl");
      expect(result.ms).toBeLessThan(3000);
    }
    expect(inode(box.socket)).toBe(before);
    expect(foreign.listening).toBe(true);
    expect(processesOf(box.home)).toEqual([]);
  } finally {
    foreign.close();
  }
}, 20_000);

const garbage: readonly string[] = [
  '{"pid":0}',
  '{"pid":1}',
  '{"pid":-1}',
  "",
  "garbage",
  "x".repeat(1 << 20),
];

test("scenario 18: whatever stands in daemon.json is ignored", async () => {
  using box = new Sandbox();
  await box.apply();
  for (const text of garbage) {
    const pid = box.serverPid();
    writeFileSync(join(box.run, "daemon.json"), text);
    expect(failures([await box.apply(), await box.pawl(["server", "status"])])).toEqual([]);
    expect(box.serverPid()).toBe(pid);
  }
  writeFileSync(join(box.run, "daemon.json"), garbage[1]!);
  expect(failures([await box.pawl(["server", "restart"])])).toEqual([]);
  writeFileSync(join(box.run, "daemon.json"), garbage[2]!);
  expect(failures([await box.pawl(["server", "stop"])])).toEqual([]);
  expect(processesOf(box.home)).toEqual([]);
}, 30_000);

const mute = `
import fcntl, os, signal, socket, sys
run = sys.argv[1]
signal.signal(signal.SIGTERM, signal.SIG_IGN)
lock = open(run + "/daemon.lock", "w")
fcntl.flock(lock, fcntl.LOCK_EX)
listener = socket.socket(socket.AF_UNIX)
listener.bind(run + "/pawl.sock")
listener.listen(16)
print("up", flush=True)
while True:
    peer, _ = listener.accept()
    try:
        peer.recv(65536)
        peer.sendall(b"HTTP/1.1 404 Not Found\\r\\ncontent-length: 0\\r\\n\\r\\n")
    except OSError:
        pass
    peer.close()
`;

test.skipIf(!need("python3"))(
  "scenario 30: a server that does not introduce itself can be replaced",
  async () => {
    using box = new Sandbox();
    mkdirSync(box.run, { recursive: true, mode: 0o700 });
    const old = Bun.spawn(["python3", "-c", mute, box.run], { stdio: ["ignore", "pipe", "inherit"] });
    await old.stdout.getReader().read();
    const refused = await box.apply("--timeout", "10s");
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(`pid ${old.pid}`);
    expect(refused.stderr).toContain("pawl server restart");
    expect(isAlive(old.pid)).toBe(true);
    expect(failures([await box.pawl(["server", "restart"])])).toEqual([]);
    await old.exited;
    expect(old.signalCode).toBe("SIGKILL");
    expect(failures([await box.apply()])).toEqual([]);
  },
  30_000,
);
