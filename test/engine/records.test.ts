import { describe, expect, test } from "bun:test";
import { compareVersions } from "../../src/engine/request/version.ts";
import { formatCursor, packRecords, parseCursor, unpackRecords } from "../../src/engine/sqlite/records.ts";
import type { LifecycleRecord } from "../../src/workflow/lifecycle.ts";

test("records are unpacked as they were, without input and output", () => {
  const error = { type: "https://example.com/oops", status: 500, instance: "/do/0/a" };
  const records: LifecycleRecord[] = [
    { type: "workflow.started", at: 1_000 },
    { type: "workflow.status-changed", at: 1_000, status: "waiting" },
    { type: "task.created", at: 1_000, task: "/do/0/a", run: 1 },
    { type: "task.started", at: 1_001, task: "/do/0/a", run: 1 },
    { type: "task.faulted", at: 1_002, task: "/do/0/b", run: 2, error },
    { type: "workflow.faulted", at: 1_002, error },
    { type: "task.completed", at: 999, task: "/do/0/a" },
  ];
  const withData = records.map((record) => ({ ...record, input: { secret: 1 }, output: [2] }));
  const packed = packRecords(withData, 1_000);
  expect(packed).not.toContain("secret");
  expect(unpackRecords(packed, 1_000)).toEqual(records);
  expect(packRecords([], 1_000)).toBeNull();
  expect(unpackRecords(null, 1_000)).toEqual([]);
});

test("cursors are read back, sort as text, and are checked", () => {
  const places = [
    [1, 0],
    [1, 9],
    [1, 10],
    [2, 0],
    [999_999, 99_999],
    [1_000_000, 0],
  ] as const;
  const cursors = places.map(([position, index]) => formatCursor(position, index));
  expect(cursors.toSorted()).toEqual(cursors);
  for (const [at, [position, index]] of places.entries()) {
    expect(parseCursor(cursors[at] ?? "")).toEqual({ position, index });
  }
  expect(parseCursor("")).toEqual({ position: 0, index: -1 });
  for (const bad of ["1-1", "x", "000000000001", "000000000001-00000 "]) {
    expect(() => parseCursor(bad)).toThrow("is not a cursor");
  }
});

describe("versions", () => {
  test("are ordered as semver.org says", () => {
    const ordered = [
      "0.9.9",
      "1.0.0-alpha",
      "1.0.0-alpha.1",
      "1.0.0-alpha.beta",
      "1.0.0-beta",
      "1.0.0-beta.2",
      "1.0.0-beta.11",
      "1.0.0-rc.1",
      "1.0.0",
      "1.2.0",
      "1.10.0",
      "10.0.0",
      "99999999999999999999.0.0",
    ];
    expect(ordered.toReversed().sort(compareVersions)).toEqual(ordered);
    expect(compareVersions("1.0.0+a", "1.0.0+b")).toBe(0);
  });
});
