import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lock } from "../../src/daemon/platform/lock.ts";
import { platform } from "../../src/daemon/platform/platform.ts";

/** What every implementation of the seam must hold. */
const kernel = await platform();
const directory = mkdtempSync(join(tmpdir(), "pawl-platform-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let files = 0;
const fresh = () => join(directory, String(files++));

test("a lock excludes another descriptor, and its holder is known", () => {
  const path = fresh();
  const [mine, other] = [new Lock(kernel, path), new Lock(kernel, path)];
  expect(mine.tryAcquire()).toBe(true);
  expect(other.tryAcquire()).toBe(false);
  if (kernel.listsHolders) expect(kernel.lockHolder(path)?.pid).toBe(process.pid);
  mine.release();
  expect(kernel.lockHolder(path)).toBeUndefined();
  expect(other.tryAcquire()).toBe(true);
  other.release();
});

test("a wait for a lock ends with its release, while this thread goes on", async () => {
  const path = fresh();
  const [mine, other] = [new Lock(kernel, path), new Lock(kernel, path)];
  mine.tryAcquire();
  const wait = other.wait();
  let acquired = false;
  wait.done.then(() => {
    acquired = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(acquired).toBe(false);
  mine.release();
  await wait.done;
  expect(new Lock(kernel, path).tryAcquire()).toBe(false);
  other.release();
});

test("an abandoned wait gives the lock back to whoever waits next", async () => {
  const path = fresh();
  const [mine, given, next] = [new Lock(kernel, path), new Lock(kernel, path), new Lock(kernel, path)];
  mine.tryAcquire();
  const abandoned = given.wait();
  const wait = next.wait();
  abandoned.abandon();
  mine.release();
  await wait.done;
  next.release();
});

test("a lock whose file was deleted or replaced is known to be out of place", () => {
  const path = fresh();
  const lock = new Lock(kernel, path);
  expect(lock.isInPlace()).toBe(true);
  rmSync(path);
  expect(lock.isInPlace()).toBe(false);
  new Lock(kernel, path).release();
  expect(lock.isInPlace()).toBe(false);
  lock.release();
});

test("who listens on a socket is known, and a dead socket has nobody", async () => {
  const path = fresh();
  expect(kernel.isListening(path)).toBe(false);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  expect(kernel.isListening(path)).toBe(true);
  expect(kernel.socketPeer(path)?.pid).toBe(process.pid);
  await new Promise((resolve) => server.close(resolve));
  expect(kernel.isListening(path)).toBe(false);
  expect(kernel.socketPeer(path)).toBeUndefined();
});

test("a process is found in each of its states, and held through its end", async () => {
  const path = fresh();
  const script =
    "import fcntl,sys; f=open(sys.argv[1],'w'); fcntl.flock(f,2); print('up',flush=True); sys.stdin.read()";
  const child = Bun.spawn(["python3", "-c", script, path], { stdio: ["pipe", "pipe", "inherit"] });
  await child.stdout.getReader().read();
  const holder = kernel.lockHolder(path);
  expect(holder?.pid).toBe(child.pid);
  expect(kernel.processState(child.pid)).toBe("running");
  expect(holder?.waitExit(0)).toBe(false);
  expect(holder?.signal("SIGKILL")).toBe(true);
  expect(holder?.waitExit(5000)).toBe(true);
  await child.exited;
  expect(holder?.signal("SIGTERM")).toBe(false);
  expect(kernel.processState(child.pid)).toBe("absent");
  holder?.close();
});

test("the runtime unlinks nothing but the name that it bound", async () => {
  // What a published socket rests on: bind does not delete, and close deletes the name given to listen only.
  const [temporary, published] = [fresh(), fresh()];
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(temporary, resolve));
  (await import("node:fs")).renameSync(temporary, published);
  const second = createServer();
  const taken = new Promise((resolve) => second.once("error", resolve));
  second.listen(published);
  expect(((await taken) as NodeJS.ErrnoException).code).toBe("EADDRINUSE");
  await new Promise((resolve) => server.close(resolve));
  expect(existsSync(published)).toBe(true);
});
