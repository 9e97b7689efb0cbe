import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { fromBinary } from "@bufbuild/protobuf";
import {
  HealthCheckResponse_ServingStatus,
  HealthCheckResponseSchema,
} from "../../src/gen/grpc/health/v1/health_pb.ts";
import { type ForegroundServer, serveForeground } from "./foreground.ts";

let server: ForegroundServer;
beforeAll(async () => {
  server = await serveForeground();
});
afterAll(() => server.stop());

const hello = `
document: { dsl: 1.0.3, namespace: default, name: hello, version: 1.0.0 }
do:
  - greet:
      set:
        greeting: \${ "Hello " + .name }
`;
const source = { file: "hello.yaml", text: hello };

describe("health", () => {
  const check = (body: Uint8Array) =>
    fetch("http://pawl/grpc.health.v1.Health/Check", {
      unix: server.socket,
      method: "POST",
      headers: { "content-type": "application/proto" },
      body,
    });

  test("the answer made by hand is the one of the generated code", async () => {
    // An unknown field keeps the second request from the short way.
    const [short, long] = await Promise.all([check(new Uint8Array()), check(new Uint8Array([0x78, 0x01]))]);
    const bodies = await Promise.all([short.bytes(), long.bytes()]);
    expect(bodies[0]).toEqual(bodies[1]);
    expect(fromBinary(HealthCheckResponseSchema, bodies[0]).status).toBe(
      HealthCheckResponse_ServingStatus.SERVING,
    );
    for (const name of [
      "pawl-service",
      "pawl-version",
      "pawl-api",
      "pawl-home",
      "pawl-instance",
      "content-type",
    ]) {
      expect(short.headers.get(name)).toBe(long.headers.get(name) as string);
    }
    expect(short.status).toBe(long.status);
  });
});

describe("workflows", () => {
  test("are applied once, listed, shown and deleted", async () => {
    const first = await server.call("pawl.v1.WorkflowService/Apply", { sources: [source] });
    expect(first.body.workflows).toEqual([
      { workflow: { namespace: "default", name: "hello", version: "1.0.0" }, action: "ACTION_CREATED" },
    ]);
    const again = await server.call("pawl.v1.WorkflowService/Apply", { sources: [source] });
    expect(again.body.workflows[0].action).toBe("ACTION_UNCHANGED");
    const list = await server.call("pawl.v1.WorkflowService/List");
    expect(list.body.workflows.map((workflow: any) => workflow.name)).toEqual(["hello"]);
    const one = await server.call("pawl.v1.WorkflowService/Get", { workflow: { name: "hello" } });
    expect(one.body.workflow.text.trim()).toBe(hello.trim());
    const gone = await server.call("pawl.v1.WorkflowService/Delete", { workflow: { name: "hello" } });
    expect(gone.body.deleted).toHaveLength(1);
    const missing = await server.call("pawl.v1.WorkflowService/Get", { workflow: { name: "hello" } });
    expect(missing.body.code).toBe("not_found");
  });

  test("an invalid one is refused with its diagnostics", async () => {
    const bad = { file: "bad.yaml", text: hello.replace("set:", "sett:") };
    const { body } = await server.call("pawl.v1.WorkflowService/Apply", { sources: [bad] });
    expect(body.code).toBe("invalid_argument");
    expect(body.details.map((detail: any) => detail.type)).toContain("pawl.v1.Diagnostics");
    const validated = await server.call("pawl.v1.WorkflowService/Validate", { sources: [bad] });
    expect(validated.body.diagnostics[0]).toMatchObject({ file: "bad.yaml", line: 5, column: 7 });
  });
});

describe("executions", () => {
  test("start once per id and end with an output", async () => {
    const start = { id: "once", definition: source, input: JSON.stringify({ name: "Ada" }) };
    const [first, second] = await Promise.all([
      server.call("pawl.v1.ExecutionService/Start", start),
      server.call("pawl.v1.ExecutionService/Start", start),
    ]);
    expect([first.status, second.status]).toEqual([200, 200]);
    const other = await server.call("pawl.v1.ExecutionService/Start", { ...start, input: "1" });
    expect(other.body.code).toBe("already_exists");
    const items = await watch("once");
    expect(items.at(-1).ended).toMatchObject({
      id: "once",
      status: "EXECUTION_STATUS_COMPLETED",
      output: '{"greeting":"Hello Ada"}',
    });
    expect(items.flatMap((item) => item.record?.type ?? [])).toContain("task.completed");
    const resumed = await watch("once", items[0].cursor);
    expect(resumed.length).toBe(items.length - 1);
    const list = await server.call("pawl.v1.ExecutionService/List");
    expect(list.body.executions.map((execution: any) => execution.id)).toEqual(["once"]);
  });

  test("large integers of the input arrive as JSON says, not as a protobuf value", async () => {
    const start = { id: "large", definition: source, input: '{"name":"x","n":9007199254740991}' };
    const { body } = await server.call("pawl.v1.ExecutionService/Start", start);
    expect(JSON.parse(body.execution.input).n).toBe(9007199254740991);
  });

  test.each([
    ["an unknown id", "Get", { id: "nope" }, "not_found"],
    ["no workflow at all", "Start", { id: "x" }, "invalid_argument"],
    ["input that is not JSON", "Start", { id: "x", definition: source, input: "{" }, "invalid_argument"],
    ["an unknown workflow", "Start", { id: "x", workflow: { name: "nope" } }, "not_found"],
    ["an id that is none", "Start", { id: "a b", definition: source }, "invalid_argument"],
  ])("%s is refused", async (_what, method, body, code) => {
    const answer = await server.call(`pawl.v1.ExecutionService/${method}`, body);
    expect(answer.body.code).toBe(code);
  });

  /** All items of one Watch: the Connect protocol frames each message with one byte of flags and its length. */
  async function watch(id: string, cursor = ""): Promise<any[]> {
    const message = new TextEncoder().encode(JSON.stringify({ id, cursor, records: true }));
    const request = new Uint8Array(5 + message.length);
    new DataView(request.buffer).setUint32(1, message.length);
    request.set(message, 5);
    const response = await fetch("http://pawl/pawl.v1.ExecutionService/Watch", {
      unix: server.socket,
      method: "POST",
      headers: { "content-type": "application/connect+json" },
      body: request,
    });
    const bytes = await response.bytes();
    const items: any[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at + 1);
      const item = JSON.parse(new TextDecoder().decode(bytes.subarray(at + 5, at + 5 + length)));
      if (bytes[at] === 0) items.push(item);
      else expect(item).toEqual({});
      at += 5 + length;
    }
    return items;
  }
});

test("events without their required attributes are refused", async () => {
  const { body } = await server.call("pawl.v1.EventService/Publish", { events: ['{"id":"1"}'] });
  expect(body.code).toBe("invalid_argument");
  const event = { specversion: "1.0", id: "1", source: "/test", type: "t", data: { n: 1 } };
  const published = await server.call("pawl.v1.EventService/Publish", { events: [JSON.stringify(event)] });
  expect(published.body.published).toBe(1);
});

test("the server says who it is", async () => {
  const { body } = await server.call("pawl.v1.ServerService/Info");
  expect(body).toMatchObject({
    pid: server.process.pid,
    foreground: true,
    engine: { kind: "sqlite", state: "ready" },
  });
});
