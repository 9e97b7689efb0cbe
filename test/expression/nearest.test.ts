import { expect, test } from "bun:test";
import { nearest } from "../../src/expression/nearest.ts";

test.each([
  ["aply", "apply"],
  ["Wrokflow", "workflow"],
  ["exections", "executions"],
  ["x", undefined],
  ["gat", "get"],
  ["gut!", undefined],
  ["apples", "apply"],
  ["x".repeat(1000), undefined],
])("%s means %s", (written, meant) => {
  expect(nearest(written, ["apply", "workflow", "executions", "get", "y"])).toBe(meant);
});

test("of two that are as near the first is taken, and the nearer before it", () => {
  expect(nearest("stat", ["star", "stay", "start"])).toBe("star");
  expect(nearest("statts", ["start", "status"])).toBe("status");
});

test("only the first thousand are compared", () => {
  const others = Array.from({ length: 1000 }, () => "something else");
  expect(nearest("aply", [...others.slice(1), "apply"])).toBe("apply");
  expect(nearest("aply", [...others, "apply"])).toBeUndefined();
});
