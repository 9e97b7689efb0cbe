import { expect, test } from "bun:test";
import type { Style } from "../../src/cli/style.ts";
import { TaskTree, taskNames } from "../../src/cli/task-tree.ts";
import { formatTree } from "../../src/cli/tree-view.ts";
import type { LifecycleRecord } from "../../src/gen/pawl/v1/execution_pb.ts";

const plain = (text: string) => text;
const style: Style = { red: plain, green: plain, yellow: plain, cyan: plain, dim: plain, bold: plain };

function record(type: string, task: string, run: number, atMs: number): LifecycleRecord {
  const at = { seconds: BigInt(Math.floor(atMs / 1000)), nanos: (atMs % 1000) * 1e6 };
  return { type: `task.${type}`, task, run: BigInt(run), at, error: "" } as LifecycleRecord;
}

function lines(
  records: LifecycleRecord[],
  options: { rows?: number; columns?: number; nowMs?: number } = {},
) {
  const tree = new TaskTree();
  for (const item of records) tree.add(item);
  const { rows = 24, columns = 80, nowMs = 10_000 } = options;
  return formatTree("head", tree, { nowMs, rows, columns, style, frame: undefined });
}

test("names are found on the way to a pointer", () => {
  expect(taskNames("/do/0/loop/do/1/a~1b~0c").map(({ name }) => name)).toEqual(["loop", "a/b~c"]);
  expect(taskNames("/do/0/fork/fork/branches/2/0")).toEqual([
    { name: "fork", pointer: "/do/0/fork" },
    { name: "0", pointer: "/do/0/fork/fork/branches/2/0" },
  ]);
  expect(taskNames("")).toEqual([]);
});

test("tasks stand below the task they belong to, with their state and duration", () => {
  expect(
    lines([
      record("started", "/do/0/first", 1, 1000),
      record("completed", "/do/0/first", 1, 1500),
      record("started", "/do/1/loop", 2, 2000),
      record("started", "/do/1/loop/do/0/inner", 3, 2000),
      record("completed", "/do/1/loop/do/0/inner", 3, 2100),
      record("started", "/do/1/loop/do/0/inner", 4, 2100),
      record("faulted", "/do/1/loop/do/0/inner", 4, 2200),
    ]),
  ).toEqual(["head", "  ✔ first 500ms", "  ● loop 8.0s", "    ✘ inner ×2 100ms"]);
});

test("a retry is shown as one", () => {
  expect(
    lines([
      record("started", "/do/0/call", 1, 1000),
      record("retried", "/do/0/call", 1, 2000),
      record("started", "/do/0/call", 2, 3000),
    ]),
  ).toEqual(["head", "  ● call retry 1 9.0s"]);
});

test("what does not fit is left out, ended tasks first", () => {
  const records = [record("started", "/do/0/busy", 0, 1000)];
  for (let index = 1; index <= 50; index++) {
    records.push(record("started", `/do/${index}/t${index}`, index, 1000));
    records.push(record("completed", `/do/${index}/t${index}`, index, 2000));
  }
  const shown = lines(records, { rows: 6 });
  expect(shown).toHaveLength(6);
  expect(shown[1]).toBe("  ● busy 9.0s");
  expect(shown.at(-2)).toBe("  ✔ t50 1.0s");
  expect(shown.at(-1)).toBe("  … 47 more");
});

test("what is shown stands below the tasks it belongs to", () => {
  const records = [
    record("started", "/do/0/outer", 0, 1000),
    record("started", "/do/0/outer/do/0/loop", 1, 1000),
  ];
  for (let index = 0; index < 50; index++) {
    records.push(record("started", `/do/0/outer/do/0/loop/do/${index}/t${index}`, 2 + index, 1000));
    if (index !== 20) {
      records.push(record("completed", `/do/0/outer/do/0/loop/do/${index}/t${index}`, 2 + index, 2000));
    }
  }
  records.push(record("started", "/do/1/last", 100, 3000));
  expect(lines(records, { rows: 7 })).toEqual([
    "head",
    "  ● outer 9.0s",
    "    ● loop 9.0s",
    "      ● t20 9.0s",
    "      ✔ t49 1.0s",
    "  ● last 7.0s",
    "  … 48 more",
  ]);
});

test("where not all of them fit, the innermost are shown", () => {
  const records = [];
  let pointer = "";
  for (let depth = 0; depth < 10; depth++) {
    pointer += `/do/0/d${depth}`;
    records.push(record("started", pointer, depth, 1000));
  }
  expect(lines(records, { rows: 5 }).map((line) => line.trim())).toEqual([
    "head",
    "● d7 9.0s",
    "● d8 9.0s",
    "● d9 9.0s",
    "… 7 more",
  ]);
});

test("no line is wider than the terminal, and none moves the cursor", () => {
  for (const name of ["漢\x1b[2J\n", "👩‍👩‍👧‍👦", "❤️", "e\u0301", "\u{1f1e9}\u{1f1ea}"]) {
    const [, line] = lines([record("started", `/do/0/${name.repeat(40)}`, 1, 1000)], { columns: 20 });
    expect(Bun.stringWidth(line!)).toBeLessThanOrEqual(20);
    expect(Bun.stringWidth(line!)).toBeGreaterThanOrEqual(18);
    expect(line).not.toContain("\x1b");
    expect(line).not.toContain("\n");
  }
});

test("a tree has a bound", () => {
  const records = Array.from({ length: 2_010 }, (_, index) =>
    record("started", `/do/${index}/t`, index, 1000),
  );
  expect(lines(records, { rows: 5 }).at(-1)).toBe("  … 2007 more");
  // A task counts once, however often it runs.
  records.push(...records.map((item) => ({ ...item, type: "task.completed" })));
  expect(lines(records, { rows: 5 }).at(-1)).toBe("  … 2007 more");
});
