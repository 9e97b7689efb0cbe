import { expect, test } from "bun:test";
import { join } from "node:path";
import { binary, failures, need, Sandbox } from "./sandbox.ts";

const python = need("python3");

/** Binds the socket that systemd would name, starts the server, and prints what it is told, one message per line. */
const systemd = `
import os, socket, subprocess, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
address = sys.argv[3]
listener.bind(chr(0) + address[1:] if address.startswith("@") else address)
env = dict(os.environ, NOTIFY_SOCKET=address, WATCHDOG_USEC="200000")
server = subprocess.Popen([sys.argv[1], "serve", "--home", sys.argv[2]], env=env, stderr=subprocess.DEVNULL)
beats = 0
while True:
    words = listener.recv(4096).decode().split("\\n")
    print(" ".join(words), flush=True)
    beats += words[0] == "WATCHDOG=1"
    if beats == 3: server.terminate(); beats += 1
    if words[0] == "STOPPING=1": break
print("exit", server.wait(), server.pid, flush=True)
`;

for (const kind of ["path", "abstract"] as const) {
  test.skipIf(!python)(
    `a supervisor at a ${kind} address is told of readiness, life and stop`,
    async () => {
      using box = new Sandbox();
      const address = kind === "path" ? join(box.directory, "notify") : `@pawl-test-${process.pid}`;
      const result = await box.pawl(["-c", systemd, binary, box.home, address], { program: "python3" });
      const lines = result.stdout.trim().split("\n");
      const [, , pid] = lines.at(-1)!.split(" ");
      expect(lines[0]).toBe(`READY=1 MAINPID=${pid}`);
      expect(lines.filter((line) => line === "WATCHDOG=1").length).toBeGreaterThanOrEqual(3);
      expect(lines.slice(-2)).toEqual(["STOPPING=1", `exit 0 ${pid}`]);
    },
    20_000,
  );
}

const isolated = ["--pid", "--fork", "--mount-proc", "--kill-child"];
const namespaces = need("unshare") && Bun.spawnSync(["unshare", ...isolated, "true"]).exitCode === 0;
if (!namespaces) console.error("skipped: the kernel refuses pid namespaces here");

/** Leaves an orphan that ends: as pid 1 the server becomes its parent. */
const orphan = `
import os, sys
if os.fork() == 0:
    if os.fork() == 0: os._exit(0)
    os._exit(0)
os.wait()
`;

test.skipIf(!namespaces || !python || !need("strace"))(
  "as pid 1 the server heeds SIGTERM and reaps orphans",
  async () => {
    using box = new Sandbox();
    const container = box.start([...isolated, binary, "serve"], { program: "unshare" });
    await container.stderr.getReader().read();
    const pid = box.serverPid()!;
    // The kernel's word on what the server reaps: one line per child, as it happens.
    const watch = ["-f", "-e", "trace=wait4,waitpid", "-e", "status=successful", "-p", String(pid)];
    const tracer = Bun.spawn(["strace", ...watch], { stdio: ["ignore", "ignore", "pipe"] });
    const reader = tracer.stderr.getReader();
    let seen = "";
    const until = async (pattern: RegExp) => {
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        seen += new TextDecoder().decode(chunk.value);
        if (pattern.test(seen)) return;
      }
    };
    await until(/attached/);
    const inside = ["--target", String(pid), "--pid", "--mount", "sh", "-c", `python3 -c '${orphan}' & wait`];
    expect(failures([await box.pawl(inside, { program: "nsenter" })])).toEqual([]);
    await until(/wait4\(\d+, NULL, WNOHANG, NULL\) = \d+/);
    expect(seen).toMatch(/wait4\((\d+), NULL, WNOHANG, NULL\) = \1/);
    tracer.kill();
    await tracer.exited;
    process.kill(pid, "SIGTERM");
    expect(await container.exited).toBe(0);
  },
  20_000,
);
