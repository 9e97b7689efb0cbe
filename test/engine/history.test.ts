import { describe, expect, test } from "bun:test";
import type { HistoryRecord } from "../../src/engine/engine.ts";
import { dataLength } from "../../src/engine/sqlite/data-length.ts";
import type { Limits } from "../../src/engine/sqlite/limits.ts";
import { loops, source, sums } from "./definitions.ts";
import { ended } from "./reading.ts";
import { createEngine } from "./world.ts";

/** The history of a loop that counts to 40: 164 records, and what the stream of its records tells. */
async function historyOf(limits: Partial<Limits>) {
  const engine = createEngine({ limits: { sliceTasks: 7, ...limits } });
  await engine.start();
  await engine.startExecution({ id: "x", workflow: loops, input: { n: 0, limit: 40 } });
  await ended(engine, "x");
  const all: HistoryRecord[] = [];
  for await (const record of engine.records({
    execution: "x",
    follow: false,
    signal: new AbortController().signal,
  })) {
    all.push(record);
  }
  const history = await engine.history("x");
  await engine.stop();
  return { history, all: all.map(({ cursor }) => cursor), cursors: history.map(({ cursor }) => cursor) };
}

const counted = (records: readonly HistoryRecord[]) =>
  records.flatMap(({ record }) =>
    record.type === "task.completed" && record.task?.endsWith("count") ? [record.output] : [],
  );

describe("the history of a long execution", () => {
  test("is its first and its last records with their data, and says where others are left out", async () => {
    const { history, all, cursors } = await historyOf({ historyRecords: 50 });
    expect(all.length).toBeGreaterThan(150);
    expect(cursors).toEqual([...all.slice(0, 10), ...all.slice(-40)]);
    expect(history.flatMap(({ gap }, at) => (gap ? [at] : []))).toEqual([10]);
    expect(counted(history)[0]).toEqual({ n: 1, limit: 40 });
    expect(counted(history).at(-1)).toEqual({ n: 40, limit: 40 });
  });

  test("is not replayed past its bound: the last records come from the journal, without data", async () => {
    const { history, all, cursors } = await historyOf({ historyRecords: 50, historyReplay: 60 });
    expect(cursors).toEqual([...all.slice(0, 10), ...all.slice(-40)]);
    expect(counted(history.slice(0, 10))[0]).toEqual({ n: 1, limit: 40 });
    expect(history.slice(10).filter(({ record }) => "input" in record || "output" in record)).toEqual([]);
  });

  test("is whole where it fits", async () => {
    const { history, all, cursors } = await historyOf({ historyRecords: 1_000 });
    expect(cursors).toEqual(all);
    expect(history.some(({ gap }) => gap)).toBe(false);
  });

  test("holds no more data than may be sent", async () => {
    const engine = createEngine({ limits: { dataLength: 2_500 } });
    await engine.start();
    const keep = source(
      "keep",
      "- a:\n    set: { text: '${ .text }' }\n- b:\n    set: { text: '${ .text }' }",
    );
    await engine.startExecution({ id: "x", workflow: keep, input: { text: "x".repeat(1_000) } });
    await ended(engine, "x");
    const told = (await engine.history("x")).filter(({ record }) => "input" in record || "output" in record);
    expect(told.length).toBe(2);
    await engine.startExecution({ id: "y", workflow: sums, input: { a: 1 } });
    await ended(engine, "y");
    expect((await engine.history("y")).at(-2)?.record.output).toEqual({ sum: 3 });
    await engine.stop();
  });
});

test("the length of data is told without looking at more of it than matters", () => {
  const value = { a: "xyz", b: [1, null, { c: "" }] };
  expect(Math.abs(dataLength(value, 1_000) - JSON.stringify(value).length)).toBeLessThan(20);
  let looked = 0;
  const wide = Object.defineProperty({}, "a", {
    enumerable: true,
    get: () => {
      looked++;
      return "x".repeat(50);
    },
  });
  expect(dataLength(Array(1_000).fill(wide), 500)).toBeGreaterThan(500);
  expect(looked).toBeLessThan(20);
});
