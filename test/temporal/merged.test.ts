import { expect, test } from "bun:test";
import type { HistoryRecord } from "../../src/engine/engine.ts";
import { formatCursor } from "../../src/engine/temporal/cursor.ts";
import { merged } from "../../src/engine/temporal/merged.ts";

/** Executions of so many records each, of which the next one begins so many ms later; a record each ms. */
function world(executions: number, records: number, apartMs: number) {
  const counts = { read: 0, open: 0, mostOpen: 0 };
  const sources = Array.from({ length: executions }, (_, index) => ({
    notBefore: index * apartMs,
    async *open(): AsyncGenerator<HistoryRecord> {
      counts.open += 1;
      counts.mostOpen = Math.max(counts.mostOpen, counts.open);
      const [execution, namespace, name, version] = [`e${index}`, "test", "w", "1.0.0"];
      try {
        for (let number = 0; number < records; number++) {
          counts.read += 1;
          const at = index * apartMs + number;
          const record = { type: "task.started", at } as const;
          yield { cursor: formatCursor(at, number, execution), execution, namespace, name, version, record };
        }
      } finally {
        counts.open -= 1;
      }
    },
  }));
  return { sources: sources.toReversed(), counts };
}

test("all records come in order, of executions that overlap", async () => {
  const { sources, counts } = world(20, 50, 7);
  const records = await Array.fromAsync(merged(sources));
  expect(records).toHaveLength(1_000);
  const cursors = records.map(({ cursor }) => cursor);
  expect(cursors).toEqual(cursors.toSorted());
  expect(counts.open).toBe(0);
});

test("no more is read than the next of each execution, and few are open that do not overlap", async () => {
  const { sources, counts } = world(500, 100, 100);
  let taken = 0;
  for await (const _ of merged(sources)) {
    taken += 1;
    expect(counts.read).toBeLessThanOrEqual(taken + 20);
  }
  expect(taken).toBe(50_000);
  expect(counts.mostOpen).toBeLessThanOrEqual(20);
});

test("who leaves in between leaves nothing open", async () => {
  const { sources, counts } = world(30, 10, 1);
  for await (const { record } of merged(sources)) if (record.at === 5) break;
  expect(counts.open).toBe(0);
});
