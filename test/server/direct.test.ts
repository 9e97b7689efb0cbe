import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { create, toBinary } from "@bufbuild/protobuf";
import { Failure } from "../../src/failure.ts";
import { ExecutionServiceGetRequestSchema } from "../../src/gen/pawl/v1/execution_pb.ts";
import { createDirect } from "../../src/server/direct.ts";
import { createGeneralHandler, registerAll } from "../../src/server/router.ts";
import { sums } from "../engine/definitions.ts";
import { contextInMemory, exchange, listen } from "./answering.ts";

const { engine, context, drain } = await contextInMemory();
/** What the general runtime got of the calls to the short way. */
let passedOn = 0;
const general = createGeneralHandler(context);
const direct = createDirect(
  context,
  (router) => registerAll(router, context),
  (request, response) => {
    passedOn += 1;
    general(request, response);
  },
);
const short = await listen(direct);
const long = await listen(general);
beforeAll(() => engine.apply([sums], { dryRun: false }));
afterAll(async () => {
  for (const server of [short, long]) server.close();
  await engine.stop();
});

type Headers = Readonly<Record<string, string>>;

function request(method: string, body: string | Uint8Array, headers: Headers = {}): Buffer {
  const bytes = Buffer.from(body);
  const [path, verb = "POST"] = method.split(" ").toReversed();
  const all = {
    host: "pawl",
    "content-type": "application/json",
    "content-length": bytes.length,
    ...headers,
  };
  const lines = Object.entries(all)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([
    Buffer.from(`${verb} /pawl.v1.${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`),
    bytes,
  ]);
}

/** Sends the same on both ways, and answers what both have said. */
async function both(sent: Buffer, way: "short" | "long") {
  const before = passedOn;
  const answer = await exchange(short.socket, sent);
  expect(passedOn - before).toBe(way === "long" ? 1 : 0);
  expect(answer).toEqual(await exchange(long.socket, sent));
  return answer;
}

const start = (more: object) =>
  JSON.stringify({
    workflow: { namespace: "test", name: "sums" },
    input: '{"a":1}',
    waitMs: 10_000,
    ...more,
  });
const proto = { "content-type": "application/proto" };
const getProto = (id: string) =>
  toBinary(ExecutionServiceGetRequestSchema, create(ExecutionServiceGetRequestSchema, { id }));
const bad = { file: "bad.yaml", text: "document: { dsl: 1.0.3 }\ndo: []" };

describe("on the short way the answer is that of the general runtime", () => {
  test.each<[string, string, string | Uint8Array, Headers, string]>([
    ["a start, and its end", "ExecutionService/Start", start({ id: "one" }), {}, "200"],
    ["a look", "ExecutionService/Get", '{"id":"one"}', {}, "200"],
    ["a look in binary", "ExecutionService/Get", getProto("one"), proto, "200"],
    ["an answer without fields", "EventService/Publish", "{}", {}, "200"],
    ["lists", "WorkflowService/List", "{}", {}, "200"],
    ["numbers of 64 bits", "ServerService/Info", "{}", {}, "200"],
    ["unknown fields", "ExecutionService/Get", '{"id":"one","later":{"a":[1]}}', {}, "200"],
    [
      "unknown fields in binary",
      "ExecutionService/Get",
      Buffer.concat([getProto("one"), Buffer.from([0x78, 1])]),
      proto,
      "200",
    ],
    ["nobody there", "ExecutionService/Get", '{"id":"none"}', {}, "404"],
    ["nobody there, in binary", "ExecutionService/Get", getProto("none"), proto, "404"],
    ["another start with the id", "ExecutionService/Start", start({ id: "one", input: "2" }), {}, "409"],
    ["an id that is none", "ExecutionService/Start", start({ id: "a b" }), {}, "400"],
    ["nothing to start", "ExecutionService/Start", '{"id":"x"}', {}, "400"],
    ["input that is not JSON", "ExecutionService/Start", start({ id: "x", input: "{" }), {}, "400"],
    ["diagnostics", "WorkflowService/Apply", JSON.stringify({ sources: [bad] }), {}, "400"],
    ["no body", "ExecutionService/Get", "", {}, "400"],
    ["no body in binary", "ExecutionService/Get", "", proto, "404"],
    ["broken JSON", "ExecutionService/Get", '{"id":', {}, "400"],
    ["JSON of another shape", "ExecutionService/Get", "[1]", {}, "400"],
    ["a field of another type", "ExecutionService/Get", '{"id":1}', {}, "400"],
    ["a field twice", "ExecutionService/Get", '{"id":"a","id":"b"}', {}, "400"],
    [
      "both of which only one may be",
      "ExecutionService/Start",
      start({ id: "x", definition: {} }),
      {},
      "400",
    ],
    ["a number that is too large", "ExecutionService/Start", start({ id: "x", waitMs: 2 ** 32 }), {}, "400"],
    ["text that is not UTF-8", "ExecutionService/Get", Buffer.from('{"id":"\xff"}', "latin1"), {}, "404"],
    ["broken binary", "ExecutionService/Get", new Uint8Array([0x0a, 9, 1]), proto, "500"],
    [
      "what our own client says",
      "ExecutionService/Get",
      '{"id":"one"}',
      { "connect-protocol-version": "1", "accept-encoding": "gzip, br" },
      "200",
    ],
    ["a caller that closes", "ExecutionService/Get", '{"id":"one"}', { connection: "close" }, "200"],
  ])("%s", async (_what, method, body, headers, status) => {
    expect((await both(request(method, body, headers), "short")).status).toContain(` ${status} `);
  });

  test("a check of health has its headers", async () => {
    const sent = request("x", "{}").toString().replace("pawl.v1.x", "grpc.health.v1.Health/Check");
    const { headers } = await both(Buffer.from(sent), "short");
    expect(headers).toContain("pawl-version: 1.2.3");
  });

  test("an error says when to come back", async () => {
    const usual = engine.getExecution;
    engine.getExecution = () =>
      Promise.reject(new Failure("resource_exhausted", "Full", { retryAfterMs: 1_500 }));
    const { headers } = await both(request("ExecutionService/Get", '{"id":"one"}'), "short");
    engine.getExecution = usual;
    expect(headers).toContain("retry-after: 2");
  });

  test("what nobody expects is not told", async () => {
    const usual = engine.getExecution;
    engine.getExecution = () => Promise.reject(new Error("inner"));
    const { body } = await both(request("ExecutionService/Get", '{"id":"one"}'), "short");
    engine.getExecution = usual;
    expect(body).toContain('"internal"');
    expect(body).not.toContain("inner");
  });

  test("a call in pieces", async () => {
    const sent = request("ExecutionService/Get", '{"id":"one"}');
    for (const cut of [5, 60, sent.length - 3]) {
      const pieces = [sent.subarray(0, cut), sent.subarray(cut)];
      const answers = [await exchange(short.socket, ...pieces), await exchange(long.socket, ...pieces)];
      expect(answers[0]).toEqual(answers[1]!);
      expect(answers[0]?.status).toBe("HTTP/1.1 200 OK");
    }
  });

  test("the end of the server is told", async () => {
    const sent = request("ExecutionService/Get", '{"id":"one"}');
    const stopped = await contextInMemory();
    stopped.drain.begin("restart");
    const register = (router: never) => registerAll(router, stopped.context);
    const servers = await Promise.all(
      [createDirect(stopped.context, register as never, () => {}), createGeneralHandler(stopped.context)].map(
        (handler) => listen(handler),
      ),
    );
    const answers = await Promise.all(servers.map(({ socket }) => exchange(socket, sent)));
    expect(answers[0]).toEqual(answers[1]!);
    expect(answers[0]?.body).toContain("unavailable");
    for (const server of servers) server.close();
    await stopped.engine.stop();
  });
});

describe("the general runtime gets", () => {
  const one = '{"id":"one"}';
  const gzip = { "content-encoding": "gzip" };
  test.each<[string, string, string | Uint8Array, Headers, string]>([
    ["what is compressed", "ExecutionService/Get", gzipSync(one), gzip, "200"],
    ["what is compressed badly", "ExecutionService/Get", one, gzip, "400"],
    ["an unknown compression", "ExecutionService/Get", one, { "content-encoding": "zip" }, "501"],
    ["a deadline", "ExecutionService/Get", one, { "connect-timeout-ms": "5000" }, "200"],
    ["a deadline that is none", "ExecutionService/Get", one, { "connect-timeout-ms": "soon" }, "400"],
    ["a charset", "ExecutionService/Get", one, { "content-type": "application/json; charset=utf-8" }, "200"],
    ["another type", "ExecutionService/Get", one, { "content-type": "text/plain" }, "415"],
    ["no type", "ExecutionService/Get", one, { "content-type": "" }, "415"],
    ["another verb", "PUT ExecutionService/Get", one, {}, "405"],
    ["GET", "GET ExecutionService/Get", "", { "content-type": "" }, "405"],
    ["a method that is not there", "ExecutionService/Guess", one, {}, "404"],
    ["a query", "ExecutionService/Get?a=1", one, {}, "200"],
    ["a stream", "ExecutionService/Watch", one, {}, "415"],
    [
      "chunks",
      "ExecutionService/Get",
      'c\r\n{"id":"one"}\r\n0\r\n\r\n',
      { "content-length": "", "transfer-encoding": "chunked" },
      "200",
    ],
    [
      "a long one",
      "ExecutionService/Get",
      JSON.stringify({ id: "one", more: "x".repeat(1 << 20) }),
      {},
      "200",
    ],
    [
      "one that announces too much",
      "ExecutionService/Get",
      one,
      { "content-length": String(65 << 20) },
      "429",
    ],
  ])("%s", async (_what, method, body, headers, status) => {
    expect((await both(request(method, body, headers), "long")).status).toContain(` ${status} `);
  });
});

test("calls on the short way are measured as all others", async () => {
  const told: string[] = [];
  const called = (method: string, code: string) => told.push(`${method} ${code}`);
  const measured = { ...context, called };
  const server = await listen(createDirect(measured, (router) => registerAll(router, measured), general));
  for (const id of ["one", "none"])
    await exchange(server.socket, request("ExecutionService/Get", `{"id":"${id}"}`));
  server.close();
  expect(told).toEqual(["ok", "not_found"].map((code) => `pawl.v1.ExecutionService/Get ${code}`));
  expect(drain.signal.aborted).toBe(false);
});
