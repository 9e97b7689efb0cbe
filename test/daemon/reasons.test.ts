import { expect, test } from "bun:test";
import { linkSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { apiVersion } from "../../src/client/handshake.ts";
import { locateHome } from "../../src/config/home.ts";
import { binary, failures, need, Sandbox } from "./sandbox.ts";

const python = need("python3");

/** Holds the server's lock and says that it is stopping; its child keeps the lock beyond its end. */
const holder = `
import fcntl, json, os, signal, sys
run = sys.argv[1]
lock = open(run + "/daemon.lock", "w")
fcntl.flock(lock, fcntl.LOCK_EX)
note = {"pid": os.getpid(), "version": "1.0.0", "instance": "x", "startedAt": "", "phase": "stopping"}
json.dump(note, open(run + "/daemon.json", "w"))
heir = os.fork() if len(sys.argv) > 2 else os.getpid()
if heir == 0:
    signal.pause()
print(heir, flush=True)
sys.stdin.read()
`;

async function hold(box: Sandbox, ...more: string[]) {
  mkdirSync(box.run, { recursive: true, mode: 0o700 });
  const child = Bun.spawn(["python3", "-c", holder, box.run, ...more], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const { value } = await child.stdout.getReader().read();
  return { child, heir: Number(new TextDecoder().decode(value)) };
}

test.skipIf(!python)("server-stopping: a server that is still stopping is called so", async () => {
  using box = new Sandbox();
  const { child } = await hold(box);
  const result = await box.apply("--timeout", "1s");
  expect(result.code).toBe(3);
  expect(result.stderr).toContain(`still stopping (pid ${child.pid})`);
  const waiting = box.apply();
  child.stdin.end();
  expect(failures([await waiting])).toEqual([]);
});

test.skipIf(!python)(
  "server-not-ending: a lock that outlives SIGKILL is reported, and no second server starts",
  async () => {
    using box = new Sandbox();
    const { child, heir } = await hold(box, "fork");
    const result = await box.pawl(["server", "restart"]);
    expect(child.signalCode).toBe("SIGTERM");
    expect(result.code).toBe(3);
    expect(result.stderr).toContain(`The server (pid ${child.pid}) does not end`);
    expect(box.starts()).toBe(0);
    process.kill(heir, "SIGKILL");
    expect(failures([await box.apply()])).toEqual([]);
  },
  30_000,
);

/** Answers health checks as the server of this home id, and breaks every other connection. */
async function impostor(box: Sandbox, homeId: string) {
  mkdirSync(box.run, { recursive: true, mode: 0o700 });
  const headers = {
    "content-type": "application/proto",
    "pawl-service": "pawl",
    "pawl-version": "99.0.0",
    "pawl-api": apiVersion,
    "pawl-home": homeId,
    "pawl-instance": "i",
  };
  const calls: string[] = [];
  const server = createServer((request, response) => {
    if (request.url?.endsWith("Health/Check")) return response.writeHead(200, headers).end(Buffer.of(8, 1));
    calls.push(String(request.url));
    return request.socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(box.socket, resolve));
  return { calls, [Symbol.dispose]: () => void server.close() };
}

test("connection-lost: a server that breaks every call is given up after the third", async () => {
  using box = new Sandbox();
  using server = await impostor(box, locateHome(box.home).id);
  const result = await box.apply("--timeout", "20s");
  expect(result.code).toBe(3);
  expect(result.stderr).toContain("broke the connection several times");
  expect(server.calls).toEqual(Array.from({ length: 3 }, () => "/pawl.v1.WorkflowService/Apply"));
});

test("server-of-another-home: a socket that came along with a copied home is not used", async () => {
  using box = new Sandbox();
  using server = await impostor(box, "elsewhere");
  const result = await box.apply("--timeout", "20s");
  expect(result.code).toBe(3);
  expect(result.stderr).toContain("was started for another home");
  expect(result.stderr).toContain("pawl server restart");
  expect(server.calls).toEqual([]);
});

test.skipIf(!need("strace"))(
  "out-of-memory: a server that cannot be forked is an error at once",
  async () => {
    using box = new Sandbox();
    const inject = ["-f", "-qq", "-e", "trace=vfork", "-e", "inject=vfork:error=ENOMEM", "-o", "/dev/null"];
    const words = [...inject, binary, "apply", "-f", box.definition];
    const result = await box.pawl(words, { program: "strace" });
    expect(result.code).toBe(3);
    expect(result.stderr).toContain("ENOMEM");
    expect(result.stderr).toContain("End some processes");
  },
);

test("option-not-supported: a part that does not exist yet is not taken in silence", async () => {
  using box = new Sandbox();
  mkdirSync(box.home, { mode: 0o700 });
  writeFileSync(join(box.home, "config.yaml"), "listen: 127.0.0.1:0\n");
  const result = await box.apply();
  expect(result.code).toBe(3);
  expect(result.stderr).toContain('"listen" is not supported yet');
});

/** A server that opens its config.yaml blocks in the kernel until `go`; whoever comes later reads an ordinary one. */
async function slowStart(box: Sandbox, start: () => unknown): Promise<{ pid: number; go: () => void }> {
  mkdirSync(box.run, { recursive: true, mode: 0o700 });
  const [config, fifo] = [join(box.home, "config.yaml"), join(box.directory, "fifo")];
  expect(Bun.spawnSync(["mkfifo", "-m", "600", fifo]).exitCode).toBe(0);
  linkSync(fifo, config);
  const noted = box.noted();
  start();
  await noted;
  // Resolves once somebody has the other end open.
  const writer = await (await import("node:fs/promises")).open(fifo, "w");
  writeFileSync(`${config}.new`, "engine: sqlite\n");
  renameSync(`${config}.new`, config);
  return { pid: box.serverPid()!, go: () => void writer.close() };
}

test("a server that is told to stop while it opens its store ends in order, and never serves", async () => {
  using box = new Sandbox();
  let serve: ReturnType<typeof box.start> | undefined;
  const { pid, go } = await slowStart(box, () => {
    serve = box.start(["serve"]);
  });
  process.kill(pid, "SIGTERM");
  go();
  expect(await serve?.exited).toBe(0);
  expect(box.starts()).toBe(0);
  expect(box.log()).toContain('"reason":"SIGTERM"');
  expect(box.files()).toEqual(["daemon.lock", "start.lock"]);
}, 20_000);

test("a client whose server was told to stop while it was starting starts another", async () => {
  using box = new Sandbox();
  let client: ReturnType<typeof box.apply> | undefined;
  const { pid, go } = await slowStart(box, () => {
    client = box.apply();
  });
  process.kill(pid, "SIGTERM");
  go();
  expect(failures([await client!])).toEqual([]);
  expect(box.starts()).toBe(1);
  expect(box.serverPid()).not.toBe(pid);
}, 20_000);
