import { expect, test } from "bun:test";
import { shareData } from "../../src/workflow/shared-data.ts";
import type { InnerState } from "../../src/workflow/state.ts";

test("equal data of a state is one object again, and the state the same", () => {
  const items = [{ a: 1 }, { a: 2 }];
  const frames = {
    0: { task: "", phase: "run" },
    1: { task: "/do/0/a", parent: 0, phase: "run", raw: { items, n: 1 }, result: { deep: { items } } },
    2: {
      task: "/do/0/a/do/0/b",
      parent: 1,
      phase: "run",
      raw: { items, n: 2 },
      output: { deep: { items, x: null } },
    },
  };
  const state = { input: { items }, context: null, frames, id: "x", status: "running", startedAt: 0 };
  const text = JSON.stringify(state);
  const read = JSON.parse(text) as InnerState;
  shareData(read);
  expect(JSON.stringify(read)).toBe(text);
  const [, one, two] = Object.values(read.frames) as any[];
  const { items: shared } = read.input as any;
  expect([one.raw.items === shared, two.raw.items === shared]).toEqual([true, true]);
  expect(two.output.deep.items).toBe(one.result.deep.items);
});

test("a state that has ended, and odd names, are left as they are", () => {
  const text =
    '{"input":{"__proto__":[1]},"status":"completed","frames":{"0":{"raw":{"__proto__":[1],"a":1}}}}';
  const read = JSON.parse(text);
  shareData(read);
  expect(JSON.stringify(read)).toBe(text);
  const ended = { id: "x", status: "completed", input: 1, startedAt: 0 } as const;
  shareData({ ...ended });
});
