import { describe, expect, test } from "bun:test";
import type { Json } from "../../src/expression/json.ts";
import { durationMs } from "../../src/workflow/duration.ts";
import { errorOf, outputOf, start, World } from "./world.ts";

const day = 86_400_000;
const durations: [Json, number | null][] = [
  [{ days: 1, hours: 2, minutes: 3, seconds: 4, milliseconds: 5 }, day + 7_384_005],
  [{}, 0],
  ["PT0S", 0],
  ["PT2H15M30S", 8_130_000],
  ["P1DT0.5S", day + 500],
  ["P1Y2M1W", 365 * day + 60 * day + 7 * day],
  ["P", null],
  ["PT", null],
  ["5s", null],
  ["PT1.2.3S", null],
  [{ seconds: -1 }, null],
  [{ fortnights: 1 }, null],
  [{ seconds: "1" }, null],
  [5, null],
  [null, null],
  [[], null],
];

test("durations: units, ISO 8601, and nothing else", () => {
  for (const [value, ms] of durations) expect([value, durationMs(value)]).toEqual([value, ms]);
});

describe("wait", () => {
  test("the output is the input, at or after the instant that was asked for", () => {
    const world = new World("do: [{a: {wait: {seconds: 10}}}, {b: {wait: PT5S}}]", { input: { n: 1 } });
    expect(world.commands).toEqual([{ type: "start-timer", timer: "t1", at: start + 10_000 }]);
    expect(world.state.status).toBe("waiting");
    world.play();
    expect(world.outcome).toEqual({ status: "completed", output: { n: 1 } });
    expect(world.nowMs - start).toBe(15_000);
  });

  test("a duration from an expression, whole or in part", () => {
    const world = new World("do: [{a: {wait: '${ .d }'}}, {b: {wait: {seconds: '${ .n }'}}}]", {
      input: { d: "PT1M", n: 2 },
    }).play();
    expect(world.nowMs - start).toBe(62_000);
    expect(errorOf("do: [{a: {wait: '${ .d }'}}]").detail).toBe(
      '/do/0/a/wait: not a duration: null; write {"seconds": 5} or "PT5S"',
    );
  });

  test("a literal that is no duration is refused", () => {
    expect(() => new World("do: [{a: {wait: soon}}]")).toThrow('Not a duration: "soon" (/do/0/a/wait)');
  });

  test("no time at all needs no timer", () => {
    expect(new World("do: [{a: {wait: {seconds: 0}}}]").commands.map(({ type }) => type)).toEqual(["end"]);
  });

  test("a waiting execution is small", () => {
    const world = new World("do: [{a: {set: {n: 1}}}, {b: {wait: {hours: 1}}}]", { input: { name: "x" } });
    expect(world.text.length).toBeLessThan(400);
  });
});

describe("timeout", () => {
  test("of a task: interrupts all below it, and is an error of the standard type", () => {
    const definition = `do:
      - o:
          timeout: {after: {seconds: 2}}
          do: [{c: {call: http, with: {method: get, endpoint: 'http://h'}}}]`;
    const world = new World(definition, { answer: () => "silence" }).play();
    expect(world.outcome).toEqual({
      status: "faulted",
      error: {
        type: "https://open-workflow-specification.org/spec/1.0.0/errors/timeout",
        status: 408,
        title: "Timeout",
        detail: "Timed out after 2000 ms",
        instance: "/do/0/o",
      },
    });
    expect(world.activities.size).toBe(0);
    expect(world.story).toEqual([
      "started /do/0/o",
      "started /do/0/o/do/0/c",
      "cancelled /do/0/o/do/0/c",
      "faulted /do/0/o",
    ]);
  });

  test("can be caught around the task", () => {
    const tried = "{w: {wait: {hours: 1}, timeout: {after: PT1S}}}";
    expect(
      outputOf(
        `do: [{t: {try: [${tried}], catch: {errors: {with: {status: 408}}, do: [{h: {set: late}}]}}}]`.replace(
          "set: late",
          "set: {late: 1}",
        ),
      ),
    ).toEqual({ late: 1 });
  });

  test("by name, and from an expression", () => {
    const definition =
      "use: {timeouts: {short: {after: '${ .d }'}}}\ndo: [{w: {wait: {hours: 1}, timeout: short}}]";
    expect(errorOf(definition, { input: { d: { seconds: 3 } } }).detail).toBe("Timed out after 3000 ms");
    expect(() => new World("do: [{w: {wait: PT1S, timeout: long}}]")).toThrow(
      'There is no "long" in use.timeouts (/do/0/w/timeout)',
    );
  });

  test("of the workflow", () => {
    const world = new World("timeout: {after: {seconds: 30}}\ndo: [{w: {wait: {minutes: 1}}}]").play();
    expect(world.outcome).toMatchObject({ status: "faulted", error: { status: 408, instance: "/timeout" } });
    expect(world.nowMs - start).toBe(30_000);
  });

  test("counts from the task's start, also while its input's schema is being fetched", () => {
    const definition = `do:
      - w:
          timeout: {after: {seconds: 2}}
          input: {schema: {resource: {endpoint: 'http://h'}}}
          wait: {hours: 1}`;
    const world = new World(definition, {
      answer: () => "silence",
      events: [{ after: 1500, type: "activity-completed", activity: "a1", output: {} }],
    }).play();
    expect(world.outcome).toMatchObject({ status: "faulted", error: { status: 408, instance: "/do/0/w" } });
    expect(world.nowMs - start).toBe(2000);
  });

  test("is forgotten once the task is over", () => {
    const world = new World(
      "do: [{w: {wait: {seconds: 1}, timeout: {after: {seconds: 2}}}}, {x: {wait: {seconds: 5}}}]",
    ).play();
    expect(world.outcome?.status).toBe("completed");
    expect(world.commands.filter(({ type }) => type === "cancel-timer").length).toBe(1);
  });
});
