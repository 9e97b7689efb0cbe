import { expect, test } from "bun:test";
import { formatDuration, parseDuration } from "../../src/cli/duration.ts";
import { suggest } from "../../src/cli/suggest.ts";
import { age, formatTable } from "../../src/cli/table.ts";

test("columns are aligned by width on the screen, and cells cannot break out of their line", () => {
  const rows = [
    { name: "漢字", note: "a\nb\x1b[31m" },
    { name: "plain", note: "\u202e \u2066" },
  ];
  const columns = [
    { title: "NAME", cell: (row: (typeof rows)[0]) => row.name },
    { title: "LENGTH", wide: true, cell: (row: (typeof rows)[0]) => String(row.name.length) },
    { title: "NOTE", cell: (row: (typeof rows)[0]) => row.note },
  ];
  expect(formatTable(columns, rows, { wide: false })).toEqual(["NAME   NOTE", "漢字   a b [31m", "plain"]);
  expect(formatTable(columns, rows, { wide: true })[1]).toBe("漢字   2       a b [31m");
});

test.each([
  [0, "0ms"],
  [9, "9ms"],
  [420, "420ms"],
  [1_450, "1.4s"],
  [9_960, "9s"],
  [61_000, "1m1s"],
  [3_600_000, "1h"],
  [90_061_000, "1d1h"],
])("%d ms is %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test("durations are read with their units", () => {
  expect(parseDuration("1m30s", "--timeout", "run")).toBe(90_000);
  expect(parseDuration("1.5h", "--timeout", "run")).toBe(5_400_000);
  for (const text of ["", "2", "s", "-1s", "2 s", "0s", "1y", "99999999d"]) {
    expect(() => parseDuration(text, "--timeout", "run")).toThrow("--timeout: Expected");
  }
});

test("times are relative", () => {
  expect(age(undefined, 5_000)).toBe("-");
  expect(age(4_900, 5_000)).toBe("just now");
  expect(age(0, 125_000)).toBe("2m5s ago");
});

test.each([
  ["aply", "apply"],
  ["appyl", "apply"],
  ["wrokflow", "workflow"],
  ["exec", "executions"],
  ["zzz", undefined],
  ["x".repeat(100), undefined],
])("%s means %s", (word, meant) => {
  expect(suggest(word, ["apply", "workflow", "executions", "get"])).toBe(meant);
});
