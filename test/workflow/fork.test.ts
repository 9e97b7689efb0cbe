import { describe, expect, test } from "bun:test";
import { begin, prepare } from "../../src/workflow/interpreter.ts";
import { documentOf, errorOf, outputOf, World } from "./world.ts";

const branches = (list: string, compete = false) =>
  `do: [{f: {fork: {compete: ${compete}, branches: [${list}]}}}]`;
const call = "call: http, with: {method: get, endpoint: 'http://h/'}";

describe("fork", () => {
  test("ruling 14: the output is an array in declaration order, whoever ends first", () => {
    const list =
      "{slow: {wait: {seconds: 2}}}, {fast: {set: {n: 1}}}, {mid: {wait: {seconds: 1}, output: {as: '\"mid\"'}}}";
    expect(outputOf(branches(list), { input: { x: 1 } })).toEqual([{ x: 1 }, { n: 1 }, "mid"]);
  });

  test("compete: the first to complete wins, and the others are cancelled", () => {
    const fast = `{fast: {wait: {seconds: 1}, output: {as: '"fast"'}}}`;
    const list = `{slow: {wait: {seconds: 2}}}, {called: {${call}}}, ${fast}`;
    const world = new World(branches(list, true), { answer: () => "silence" }).play();
    expect(world.outcome).toEqual({ status: "completed", output: "fast" });
    expect(world.activities.size + world.timers.size).toBe(0);
    expect(world.story.slice(-4)).toEqual([
      "completed /do/0/f/fork/branches/2/fast",
      "cancelled /do/0/f/fork/branches/1/called",
      "cancelled /do/0/f/fork/branches/0/slow",
      "completed /do/0/f",
    ]);
  });

  test("compete: once there is a winner, branches that have not begun never do", () => {
    const world = new World(
      branches("{a: {set: {c: a}}}, {b: {emit: {event: {with: {type: t}}}}}", true),
    ).play();
    expect(world.outcome).toEqual({ status: "completed", output: { c: "a" } });
    expect(world.commands.map(({ type }) => type)).toEqual(["end"]);
    expect(world.lifecycle.some(({ task }) => task?.endsWith("/b"))).toBe(false);
  });

  test("ruling 33: compete: a branch that is skipped has not won, unless all are", () => {
    const wait = "{w: {wait: {seconds: 1}, output: {as: '\"w\"'}}}";
    expect(outputOf(branches(`{no: {if: 'false', set: {}}}, ${wait}`, true))).toBe("w");
    expect(outputOf(branches("{no: {if: 'false', set: {}}}", true), { input: { n: 1 } })).toEqual({ n: 1 });
  });

  test("ruling 15: a fault in one branch cancels the siblings, then faults the fork", () => {
    const list = `{slow: {wait: {hours: 1}}}, {bad: {raise: {error: {type: 'urn:x', status: 418}}}}`;
    const world = new World(branches(list)).play();
    expect(world.outcome).toMatchObject({
      status: "faulted",
      error: { status: 418, instance: "/do/0/f/fork/branches/1/bad" },
    });
    expect(world.timers.size).toBe(0);
    expect(world.story.slice(2)).toEqual([
      "started /do/0/f/fork/branches/1/bad",
      "faulted /do/0/f/fork/branches/1/bad",
      "cancelled /do/0/f/fork/branches/0/slow",
      "faulted /do/0/f",
    ]);
  });

  test("no branches: an empty array", () => expect(outputOf(branches(""))).toEqual([]));

  test("an effect that was taken back in the same step never leaves", () => {
    const world = new World(branches(`{called: {${call}}}, {fast: {set: {}}}`, true)).play();
    expect(world.commands.map(({ type }) => type)).toEqual(["end"]);
  });

  test("a thousand branches that each wait", () => {
    const list = Array.from(
      { length: 1000 },
      (_, n) => `{b${n}: {call: http, with: {method: get, endpoint: 'http://h/${n}'}}}`,
    );
    const world = new World(branches(list.join(",")), { answer: (_, n) => ({ output: n }) });
    expect(world.activities.size).toBe(1000);
    expect(world.text.length).toBeLessThan(200_000);
  });

  test("more branches than the bound are refused with the place", () => {
    const list = {
      f: { fork: { branches: Array.from({ length: 10_001 }, (_, n) => ({ [`b${n}`]: { set: {} } })) } },
    };
    expect(() => new World({ do: [list] })).toThrow(
      "A fork has at most 10000 branches, not 10001 (/do/0/f/fork/branches)",
    );
  });

  test("more tasks at the same time than the bound fault", () => {
    const wide = (width: number, body: object) => ({
      fork: { branches: Array.from({ length: width }, (_, n) => ({ [`b${n}`]: body })) },
    });
    const program = prepare(documentOf({ do: [{ f: wide(200, wide(100, { wait: { hours: 1 } })) }] }));
    const { state } = begin(
      program,
      { type: "started", id: "x", input: {}, seed: 1, at: 0 },
      { tasks: 1_000_000 },
    );
    expect(state.outcome).toMatchObject({
      status: "faulted",
      error: { detail: "More than 20000 tasks would run at the same time" },
    });
  });

  test("branches see one context; the last export stands", () => {
    const list = "{a: {set: {}, export: {as: '{by: \"a\"}'}}}, {b: {set: '${ $context }'}}";
    expect(outputOf(branches(list))).toEqual([{}, { by: "a" }]);
    expect(errorOf(branches("{a: {set: '${ 1 | error }'}}")).instance).toBe("/do/0/f/fork/branches/0/a");
  });
});
