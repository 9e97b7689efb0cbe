import { describe, expect, test } from "bun:test";
import { advance, begin, prepare } from "../../src/workflow/interpreter.ts";
import { documentOf, start, World } from "./world.ts";

const looping = (n: number) =>
  `{for: {in: ${JSON.stringify(Array.from({ length: n }, (_, i) => i))}}, do: [{s: {set: {n: '\${ $item }'}}}]}`;
const loop = (n: number) => `do: [{l: ${looping(n)}}]`;

describe("slices", () => {
  test("a slice ends after its budget, and goes on with continued", () => {
    const world = new World(loop(100), { budget: 10 });
    expect(world.commands).toEqual([{ type: "continue" }]);
    expect(world.state.status).toBe("running");
    world.play();
    expect(world.outcome).toEqual({ status: "completed", output: { n: 99 } });
    expect(world.slices).toBe(11);
  });

  test("what happens between two slices asks for no second continue, and is not lost", () => {
    const call = "{call: http, with: {method: get, endpoint: 'http://h'}}";
    const branches = `{l: ${looping(100)}}, {c: ${call}}, {w: {wait: PT1S}}`;
    const world = new World(`do: [{f: {fork: {branches: [${branches}]}}}]`, {
      budget: 20,
      answer: () => "silence",
    });
    expect(world.commands.filter(({ type }) => type === "continue").length).toBe(1);
    world.give({ type: "activity-completed", activity: "a1", output: "called" });
    expect(world.commands.filter(({ type }) => type === "continue").length).toBe(1);
    world.play();
    expect(world.outcome).toEqual({ status: "completed", output: [{ n: 99 }, "called", {}] });
  });

  test("an execution can be cancelled between two slices", () => {
    const world = new World(loop(100), { budget: 10 });
    world.give({ type: "cancel-requested" });
    expect(world.outcome).toEqual({ status: "cancelled" });
  });

  test("100,000 iterations need no recursion", () => {
    const program = prepare(documentOf("do: [{l: {for: {in: .}, do: [{s: {set: {n: '${ $item }'}}}]}}]"));
    const input = Array.from({ length: 100_000 }, (_, index) => index);
    let step = begin(program, { type: "started", id: "x", input, seed: 1, at: start });
    let tasks = 0;
    while (step.state.outcome === undefined) {
      tasks += step.lifecycle.length;
      step = advance(program, step.state, { type: "continued", at: start });
    }
    expect(step.state.outcome).toEqual({ status: "completed", output: { n: 99_999 } });
    expect(tasks).toBeGreaterThan(200_000);
  });

  test("depth: a hundred levels run, more are refused with the place", () => {
    const nested = (depth: number): object =>
      depth === 0 ? { set: { deep: 1 } } : { do: [{ d: nested(depth - 1) }] };
    expect(new World({ do: [{ d: nested(99) }] }).play().outcome).toEqual({
      status: "completed",
      output: { deep: 1 },
    });
    expect(() => new World({ do: [{ d: nested(100) }] })).toThrow("Tasks are nested more than 100 deep");
  });

  test("data that is passed down unchanged is written once, however deep it goes", () => {
    const nested = (depth: number): object =>
      depth === 0 ? { wait: { hours: 1 } } : { do: [{ d: nested(depth - 1) }] };
    const world = new World({ do: [{ d: nested(20) }] }, { input: "x".repeat(10_000) });
    expect(world.text.length).toBeLessThan(20_000);
  });
});

describe("what cannot be run", () => {
  test("is told with the task and its pointer", () => {
    expect(() => new World("do: [{a: {listen: {to: {one: {with: {type: t}}}}}}]")).toThrow(
      '"listen" is not supported yet (/do/0/a)',
    );
    expect(() => new World("do: [{a: {call: grpc, with: {}}}]")).toThrow(
      '"call grpc" is not supported yet (/do/0/a)',
    );
    expect(() => new World("do: [{a: {run: {script: {language: js, code: x}}}}]")).toThrow(
      '"run script" is not supported yet',
    );
  });

  test("a syntax error is told with its slot", () => {
    expect(() => new World("do: [{a: {set: {x: ['${ 1 + }']}}}]")).toThrow(
      /^Invalid expression: .*\(\/do\/0\/a\/set\/x\/0\)$/,
    );
  });
});
