import { expect, test } from "bun:test";
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { executionStory } from "../../src/cli/execution-story.ts";
import { stdoutStyle } from "../../src/cli/style.ts";
import { taskRuns } from "../../src/cli/task-runs.ts";
import { ExecutionSchema, LifecycleRecordSchema } from "../../src/gen/pawl/v1/execution_pb.ts";

const record = (type: string, task: string, atMs: number) =>
  create(LifecycleRecordSchema, { type: `task.${type}`, task, run: 1n, at: timestampFromMs(atMs) });

test("a task whose beginning is not told has no start and no duration", () => {
  const runs = taskRuns(
    [
      record("created", "/do/1/b", 1500),
      record("completed", "/do/1/b", 1700),
      record("completed", "/do/0/a", 2000),
    ],
    {},
  );
  expect(runs.map(({ name, startedAt, durationMs }) => ({ name, startedAt, durationMs }))).toEqual([
    { name: "b", startedAt: "1970-01-01T00:00:01.500Z", durationMs: 200 },
    { name: "a", startedAt: null, durationMs: null },
  ]);
  const execution = create(ExecutionSchema, { id: "x", startedAt: timestampFromMs(1000) });
  const story = executionStory(execution, runs, {
    nowMs: 3000,
    errorSource: "",
    whole: false,
    style: stdoutStyle("never"),
  });
  expect(story.filter((line) => line.includes("completed"))).toEqual([
    "  +500ms  ✔ b  completed after 200ms",
    "       …  ✔ a  completed",
  ]);
});
