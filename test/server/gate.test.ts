import { expect, test } from "bun:test";
import { EventEmitter } from "node:events";
import { createServer } from "node:http";
import { connect, createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Context } from "../../src/server/context.ts";
import { Gate } from "../../src/server/gate.ts";
import type { LaneLimits } from "../../src/server/lane.ts";
import { createRefusal } from "../../src/server/router.ts";

const start = "/pawl.v1.ExecutionService/Start";
const small: LaneLimits = { running: 2, perTurn: 2, waiting: 3, waitingBytes: 1_000, stallMs: 60_000 };
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A gate whose calls end when the test says so. */
function world(limits: Partial<LaneLimits> = {}) {
  const begun: string[] = [];
  const refused: string[] = [];
  const name = (request: unknown) => (request as { name: string }).name;
  const gate = new Gate(
    (request) => begun.push(name(request)),
    (request) => refused.push(name(request)),
    { light: { ...small, ...limits }, heavy: { ...small, running: 1 } },
  );
  const call = (name: string, { url = start, bytes = 100 } = {}) => {
    const response = new EventEmitter();
    const request = { name, url, headers: { "content-length": String(bytes) } };
    gate.enter(request as never, response as never);
    return { end: () => response.emit("close") };
  };
  return { gate, begun, refused, call };
}

test("calls beyond what runs wait in order, and beyond what waits they are refused", async () => {
  const { begun, refused, call, gate } = world();
  const [a, b, , d] = ["a", "b", "c", "d", "e", "f"].map((name) => call(name));
  expect([begun, refused]).toEqual([["a", "b"], ["f"]]);
  // Whoever leaves the queue is never begun.
  d?.end();
  a?.end();
  b?.end();
  await turn();
  expect(begun).toEqual(["a", "b", "c", "e"]);
  expect(gate.waiting).toBe(0);
});

test("what waits is bounded in bytes, too", () => {
  const { refused, call } = world();
  for (const name of ["a", "b", "c", "d"]) call(name, { bytes: 600 });
  expect(refused).toEqual(["d"]);
});

test("calls that only look pass by", () => {
  const { begun, call } = world();
  for (const name of ["a", "b", "c"]) call(name);
  call("get", { url: "/pawl.v1.ExecutionService/Get" });
  expect(begun).toEqual(["a", "b", "get"]);
});

test("a long call waits for other long ones, and holds up no short one", async () => {
  const { begun, call } = world();
  const first = call("long", { bytes: 1 << 20 });
  call("longer", { bytes: 1 << 20 });
  call("short");
  expect(begun).toEqual(["long", "short"]);
  first.end();
  await turn();
  expect(begun).toEqual(["long", "short"]);
});

test("callers that stop in the middle do not keep others out", async () => {
  const { begun, call } = world({ stallMs: 1 });
  for (const name of ["stuck", "too"]) call(name);
  call("waits");
  while (begun.length < 3) await turn();
  expect(begun).toEqual(["stuck", "too", "waits"]);
});

test("a gate that opens lets everybody through", () => {
  const { begun, call, gate } = world();
  for (const name of ["a", "b", "c"]) call(name);
  gate.open();
  call("late");
  expect(begun).toEqual(["a", "b", "c", "late"]);
});

const refusal = () => createRefusal({ log: () => {} } as unknown as Context).handle;

test("a refusal says in Connect when to come back", async () => {
  const server = createServer(refusal()).listen(0, "127.0.0.1");
  const { port } = server.address() as AddressInfo;
  const headers = { "content-type": "application/json" };
  const response = await fetch(`http://127.0.0.1:${port}${start}`, { method: "POST", headers, body: "{}" });
  expect(response.status).toBe(429);
  expect(response.headers.get("retry-after")).toBe("1");
  const body = (await response.json()) as any;
  expect(body).toMatchObject({ code: "resource_exhausted", details: [{ type: "pawl.v1.FailureDetail" }] });
  expect(body.details[0].debug).toMatchObject({ reason: "server-overloaded", retryAfterMs: 1_000 });
  server.close();
});

test("a refusal says in gRPC when to come back", async () => {
  const server = createHttp2Server(refusal() as never).listen(0, "127.0.0.1");
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const stream = client.request({
    ":method": "POST",
    ":path": start,
    "content-type": "application/grpc",
    te: "trailers",
  });
  const said: Record<string, unknown> = {};
  for (const event of ["response", "trailers"]) stream.on(event, (headers) => Object.assign(said, headers));
  stream.end(Buffer.alloc(5));
  stream.resume();
  await new Promise((resolve) => stream.on("close", resolve));
  expect(said).toMatchObject({ "grpc-status": "8", "retry-after": "1" });
  client.close();
  server.close();
});
