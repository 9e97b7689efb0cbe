import { describe, expect, test } from "bun:test";
import type { ActivityRequest } from "../../src/dsl/request.ts";
import { type Answer, start, World, type WorldOptions } from "./world.ts";

const down: Answer = { error: { type: "urn:down", status: 503 } };
const call = "{a: {call: http, with: {method: get, endpoint: 'http://h/'}}}";
const retrying = (retry: string, more = "") => `do: [{t: {try: [${call}], catch: {retry: ${retry}${more}}}}]`;

/** Plays it and says when, in ms after the start, the activity was asked for. */
function attempts(definition: string, options: WorldOptions & { failures?: number } = {}) {
  const times: number[] = [];
  const { failures = Number.POSITIVE_INFINITY, ...rest } = options;
  const world: World = new World(
    `do: [{go: {wait: {milliseconds: 1}}}, ${definition.slice("do: [".length)}`,
    {
      answer(_: ActivityRequest, n: number): Answer {
        times.push(world.nowMs - start - 1);
        return n < failures ? down : { output: "up" };
      },
      ...rest,
    },
  );
  world.play();
  return { times, world, outcome: world.outcome! };
}

const schedules: [name: string, retry: string, times: number[]][] = [
  ["ruling 6: count counts retries, so 3 means 4 runs", "{limit: {attempt: {count: 3}}}", [0, 0, 0, 0]],
  ["ruling 6: a count of 0 means one run", "{limit: {attempt: {count: 0}}}", [0]],
  ["no backoff is constant", "{delay: PT2S, limit: {attempt: {count: 3}}}", [0, 2000, 4000, 6000]],
  [
    "ruling 8: constant",
    "{delay: {seconds: 1}, backoff: {constant: {}}, limit: {attempt: {count: 2}}}",
    [0, 1000, 2000],
  ],
  [
    "ruling 8: linear",
    "{delay: {seconds: 1}, backoff: {linear: {}}, limit: {attempt: {count: 3}}}",
    [0, 1000, 3000, 6000],
  ],
  [
    "ruling 8: exponential",
    "{delay: {seconds: 1}, backoff: {exponential: {}}, limit: {attempt: {count: 4}}}",
    [0, 1000, 3000, 7000, 15000],
  ],
  [
    "ruling 7: duration bounds all attempts together; the delay is capped by it",
    "{delay: {seconds: 4}, limit: {duration: {seconds: 10}}}",
    [0, 4000, 8000, 10000],
  ],
  ["a delay from the input", "{delay: '${ .pause }', limit: {attempt: {count: 1}}}", [0, 3000]],
];

describe("retry", () => {
  for (const [name, retry, times] of schedules)
    test(name, () => expect(attempts(retrying(retry), { input: { pause: "PT3S" } }).times).toEqual(times));

  test("success ends it, with the output of the attempt that worked", () => {
    const { outcome, times, world } = attempts(retrying("{delay: {seconds: 1}}"), { failures: 2 });
    expect(outcome).toEqual({ status: "completed", output: "up" });
    expect(times).toEqual([0, 1000, 2000]);
    expect(world.lifecycle.filter(({ type }) => type === "task.retried").length).toBe(2);
  });

  test("is recorded when it is made, after the delay, and not when it never is", () => {
    const { world } = attempts(retrying("{delay: {seconds: 5}}", ", do: []"), { failures: 2 });
    const after = (type: string) =>
      world.lifecycle.filter((record) => record.type === type).map(({ at }) => at - start - 1);
    expect(after("task.retried")).toEqual([5000, 10_000]);
    const timed = retrying("{delay: {seconds: 5}}").replace(/]$/, "]\ntimeout: {after: {seconds: 7}}");
    const { world: cut } = attempts(timed);
    expect(cut.lifecycle.filter(({ type }) => type === "task.retried")).toHaveLength(1);
  });

  test("each attempt begins on the try's input, without what the last one made", () => {
    const tried = `try: [{s: {set: {n: '\${ .n + 1 }'}}}, ${call}]`;
    const clause = "catch: {retry: {limit: {attempt: {count: 2}}}}";
    const definition = `do: [{t: {${tried}, ${clause}, output: {as: $input}}}]`;
    expect(attempts(definition, { failures: 2, input: { n: 5 } }).outcome).toEqual({
      status: "completed",
      output: { n: 5 },
    });
  });

  test("jitter adds between from and to, and comes from the execution's seed", () => {
    const jitter = "jitter: {from: {milliseconds: 100}, to: {milliseconds: 500}}";
    const definition = retrying(`{delay: {seconds: 1}, ${jitter}, limit: {attempt: {count: 20}}}`);
    const gaps = (seed: number) => {
      const { times } = attempts(definition, { seed });
      return times.slice(1).map((time, index) => time - times[index]!);
    };
    expect(gaps(1)).toEqual(gaps(1));
    expect(gaps(1)).not.toEqual(gaps(2));
    expect(Math.min(...gaps(1))).toBeGreaterThanOrEqual(1100);
    expect(Math.max(...gaps(1))).toBeLessThanOrEqual(1500);
    expect(new Set(gaps(1)).size).toBeGreaterThan(10);
  });

  test("an attempt sees the error of a catch around it, not the one it is retried for", () => {
    const raise = "raise: {error: {type: '${ $error.type }+', status: 2}}";
    const inner = `{t: {try: [{a: {${raise}}}], catch: {retry: {limit: {attempt: {count: 2}}}}}}`;
    const outer = `do: [{o: {try: [{r: {raise: {error: {type: 'urn:1', status: 1}}}}], catch: {do: [${inner}]}}}]`;
    expect(new World(outer).play().outcome).toMatchObject({ status: "faulted", error: { type: "urn:1+" } });
  });

  test("a retry policy by name", () => {
    const policy = "use: {retries: {thrice: {limit: {attempt: {count: 3}}}}}";
    const world = new World(`${policy}\n${retrying("thrice")}`, { answer: () => down }).play();
    expect(world.lifecycle.filter(({ type }) => type === "task.retried").length).toBe(3);
  });

  test("ruling 17: exhausted, with neither do nor then, the last error faults the task", () => {
    expect(attempts(retrying("{limit: {attempt: {count: 1}}}")).outcome).toEqual({
      status: "faulted",
      error: { type: "urn:down", status: 503, instance: "/do/1/t/try/0/a" },
    });
  });

  test("exhausted, do gets the last error", () => {
    const definition = retrying("{limit: {attempt: {count: 1}}}", ", do: [{h: {set: '${ $error.status }'}}]");
    expect(attempts(definition).outcome).toEqual({ status: "completed", output: 503 });
  });

  test("ruling 34: when and exceptWhen say which errors are worth another try", () => {
    const limit = "limit: {attempt: {count: 5}}";
    expect(attempts(retrying(`{when: .status == 500, ${limit}}`)).times).toEqual([0]);
    expect(attempts(retrying(`{when: $error.status == 503, ${limit}}`)).times.length).toBe(6);
    expect(attempts(retrying(`{exceptWhen: .status == 503, ${limit}}`)).times).toEqual([0]);
  });

  test("ruling 7: attempt.duration bounds one attempt, which is then cut off and may be tried again", () => {
    const definition = retrying(
      "{delay: {seconds: 1}, limit: {attempt: {count: 1, duration: {seconds: 5}}}}",
    );
    const hanging = new World(definition, { answer: () => "silence" }).play();
    expect(hanging.nowMs - start).toBe(11_000);
    expect(hanging.activities.size).toBe(0);
    expect(hanging.outcome).toMatchObject({ status: "faulted", error: { status: 408, instance: "/do/0/t" } });
    const answered = new World(definition).play();
    expect(answered.outcome?.status).toBe("completed");
    expect(answered.timers.size).toBe(0);
  });

  test("an endless retry without delay is cut into slices, not a hang", () => {
    const definition = `do:
      - t:
          try: [{a: {raise: {error: {type: 'urn:x', status: 1}}}}]
          catch: {retry: {limit: {attempt: {count: 500}}}}`;
    const world = new World(definition, { budget: 50 }).play();
    expect(world.outcome?.status).toBe("faulted");
    expect(world.slices).toBeGreaterThan(10);
  });
});
