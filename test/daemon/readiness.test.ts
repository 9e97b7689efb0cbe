import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { binary, failures, kernel, need, read, Sandbox } from "./sandbox.ts";

/** One raw health check over HTTP/1.1, as an outsider would ask. */
function healthCheck(socket: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const connection = connect(socket, () => {
      connection.write(
        "POST /grpc.health.v1.Health/Check HTTP/1.1\r\nHost: pawl\r\nConnection: close\r\n" +
          "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
      );
    });
    let text = "";
    connection.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    connection.on("end", () => resolve(text));
    connection.on("error", reject);
  });
}

test("scenario 15: who can connect is served, and told by whom", async () => {
  using box = new Sandbox();
  const answered = box.published().then(() => healthCheck(box.socket));
  const client = box.apply();
  const answer = await answered;
  expect(answer).toStartWith("HTTP/1.1 200");
  expect(answer).toContain("SERVING");
  expect(answer.toLowerCase()).toContain("pawl-service: pawl");
  expect(answer.toLowerCase()).toMatch(/pawl-version: \d+\.\d+\.\d+/);
  expect(failures([await client])).toEqual([]);
}, 20_000);

/** System calls that wait for time to pass rather than for an event. */
function timedSleeps(trace: string): string[] {
  return trace.split("\n").filter((line) => {
    if (/nanosleep\(/.test(line)) return true;
    // Waiting for nothing at all, but with a time limit, is a sleep in disguise.
    return /\bpoll\(NULL, 0, [1-9]|select\(0, (NULL|\[\]), (NULL|\[\]), (NULL|\[\]), \{/.test(line);
  });
}

test.skipIf(!need("strace"))(
  "start, wait and stop never sleep",
  async () => {
    using box = new Sandbox();
    const trace = join(box.directory, "trace");
    const calls =
      "trace=nanosleep,clock_nanosleep,poll,ppoll,select,pselect6,epoll_wait,epoll_pwait,epoll_pwait2";
    let traces = 0;
    const traced = (...words: string[]) => {
      const output = `${trace}.${traces++}`;
      return box.start(["-f", "-qq", "-e", calls, "-o", output, binary, ...words], { program: "strace" });
    };
    // The tracer of the client that starts the server ends with the server.
    const starter = traced("apply", "-f", box.definition);
    const waiter = traced("server", "status");
    await waiter.exited;
    expect(failures(await box.applyMany(3))).toEqual([]);
    const restarter = traced("server", "restart", "--timeout", "20s");
    // It says so when the new server is there.
    await restarter.stdout.getReader().read();
    await starter.exited;
    expect(failures([await box.pawl(["server", "stop"])])).toEqual([]);
    await restarter.exited;
    const texts = Array.from({ length: traces }, (_, i) => readFileSync(`${trace}.${i}`, "utf8"));
    expect(texts.join("")).toContain("epoll_");
    expect(texts.flatMap(timedSleeps)).toEqual([]);
  },
  60_000,
);

test("scenario 11: a server that cannot start says why, through its client", async () => {
  using box = new Sandbox();
  await box.apply();
  await box.pawl(["server", "stop"]);
  writeFileSync(join(box.home, "config.yaml"), "engine: sqlite\nno-such-option: 1\n");
  const result = await box.apply();
  expect(result.code).toBe(3);
  expect(result.ms).toBeLessThan(2000);
  expect(result.stderr).toContain("config.yaml:2:1");
  expect(result.stderr).toContain("no-such-option");
  writeFileSync(join(box.home, "config.yaml"), "engine: sqlite\n");
  expect(failures([await box.apply()])).toEqual([]);
});

test("scenario 12: fifty clients do not start a broken server fifty times", async () => {
  using box = new Sandbox();
  await box.apply();
  await box.pawl(["server", "stop"]);
  const before = read(join(box.home, "logs/server.log")).split("\n").length;
  writeFileSync(join(box.home, "config.yaml"), "[");
  const results = await box.applyMany(50);
  expect(results.map(({ code }) => code)).toEqual(results.map(() => 3));
  expect(results.filter(({ stderr }) => !stderr.includes("config.yaml:1"))).toEqual([]);
  const lines = read(join(box.home, "logs/server.log"))
    .split("\n")
    .slice(before - 1);
  expect(lines.filter((line) => line.includes('"Starting"')).length).toBeLessThanOrEqual(5);
  expect(kernel.lockHolder(box.daemonLock)).toBeUndefined();
}, 30_000);
