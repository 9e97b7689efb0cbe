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

const runOf = (type: string, task: string, run: bigint, atMs = 1000) =>
  create(LifecycleRecordSchema, { type: `task.${type}`, task, run, at: timestampFromMs(atMs) });
const storyOf = (runs: ReturnType<typeof taskRuns>) => {
  const execution = create(ExecutionSchema, { id: "x", startedAt: timestampFromMs(1000) });
  const style = stdoutStyle("never");
  const story = executionStory(execution, runs, { nowMs: 3000, errorSource: "", whole: false, style });
  return story.slice(story.indexOf("Timeline") + 1, story.indexOf("Next") - 1);
};

test("where records are left out, a line says so, and what began before them is not told as running", () => {
  const first = [runOf("started", "/do/0/a", 1n), runOf("started", "/do/0/a/do/0/b", 2n)];
  const last = [
    runOf("started", "/do/0/a/do/0/b", 9n),
    runOf("completed", "/do/0/a/do/0/b", 9n),
    runOf("completed", "/do/0/a", 1n),
  ];
  const runs = taskRuns([...first, ...last], {}, 2);
  expect(runs.map(({ status, beforeGap }) => [status, beforeGap])).toEqual([
    ["completed", true],
    ["untold", true],
    ["completed", undefined],
  ]);
  expect(storyOf(runs).map((line) => line.trim())).toEqual([
    "+0ms  ✔ a  completed after 0ms",
    "+0ms    ○ a/b  untold",
    "… what followed is left out, see pawl events x",
    "+0ms    ✔ a/b  completed after 0ms",
  ]);
});

test("of many tasks the first and the last are shown", () => {
  const records = Array.from({ length: 700 }, (_, n) => runOf("completed", `/do/0/t${n}`, BigInt(n)));
  const shown = storyOf(taskRuns(records, {}));
  expect(shown.length).toBe(501);
  expect(shown[100]).toBe("  … 200 tasks are left out, see pawl events x");
  expect([shown[99], shown[101], shown.at(-1)].map((line) => /t\d+/.exec(line!)?.[0])).toEqual([
    "t99",
    "t300",
    "t699",
  ]);
});
