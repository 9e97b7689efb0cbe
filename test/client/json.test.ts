import { expect, test } from "bun:test";
import { create, fromJson as decode, toJson as encode } from "@bufbuild/protobuf";
import { fromJson, toJson } from "../../src/client/json.ts";
import { services } from "../../src/gen/json-shapes.ts";
import {
  DescribeResponseSchema,
  ExecutionServiceListResponseSchema,
  StartRequestSchema,
  WatchResponseSchema,
} from "../../src/gen/pawl/v1/execution_pb.ts";

const { answers } = services.executions;
const at = { seconds: 1_700_000_000n, nanos: 123_000_000 };

test("a message read from JSON is the message that was written", () => {
  const message = create(WatchResponseSchema, {
    cursor: "7",
    item: { case: "record", value: { type: "task.started", run: 12345678901234567890n, at } },
  });
  expect(fromJson(answers.watch, encode(WatchResponseSchema, message))).toMatchObject({
    cursor: "7",
    item: { case: "record", value: { type: "task.started", run: 12345678901234567890n, at, error: "" } },
  });
});

test("what JSON leaves out is there: empty texts, zeros, lists, maps, the first word of an enumeration", () => {
  const empty = create(DescribeResponseSchema, { execution: {} });
  const { execution, records, positions } = fromJson(answers.describe, encode(DescribeResponseSchema, empty));
  expect({ execution, records, positions }).toMatchObject({
    execution: { id: "", status: 0, workflow: undefined, startedAt: undefined },
    records: [],
    positions: {},
  });
  const list = create(ExecutionServiceListResponseSchema, {
    executions: [{ id: "a", status: 7, endedAt: at }],
  });
  expect(fromJson(answers.list, encode(ExecutionServiceListResponseSchema, list))).toMatchObject({
    executions: [{ id: "a", status: 7, endedAt: at }],
  });
});

test("a request written as JSON is the request that was meant", () => {
  const value = { file: "a.yaml", text: "x" };
  const request = { id: "1", what: { case: "definition" as const, value }, input: '{"case": 1}' };
  expect(decode(StartRequestSchema, JSON.parse(toJson(request)))).toEqual(
    create(StartRequestSchema, request),
  );
});
