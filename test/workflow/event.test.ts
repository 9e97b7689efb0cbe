import { describe, expect, test } from "bun:test";
import type { EventBody } from "../../src/workflow/event.ts";
import { errorOf, start, World } from "./world.ts";

const call = "{c: {call: http, with: {method: get, endpoint: 'http://h'}}}";

describe("emit", () => {
  test("ruling 14: the CloudEvent is sent and is the output", () => {
    const world = new World(
      "do: [{e: {emit: {event: {with: {type: t.v1, data: {n: '${ .n }'}, extra: x}}}}}]",
      { input: { n: 1 } },
    ).play();
    const event = {
      specversion: "1.0",
      id: "x1-e1",
      source: "/test/sample/0.1.0",
      time: new Date(start).toISOString(),
      type: "t.v1",
      data: { n: 1 },
      extra: "x",
    };
    expect(world.commands).toEqual([
      { type: "emit", event },
      { type: "end", outcome: { status: "completed", output: event } },
    ]);
  });

  test("what the author gives takes precedence", () => {
    const given = { id: "mine", source: "https://s", type: "t", time: "2020-01-01T00:00:00Z" };
    const world = new World({ do: [{ e: { emit: { event: { with: given } } } }] }).play();
    expect(world.commands[0]).toEqual({ type: "emit", event: { specversion: "1.0", ...given } });
  });

  test("a type that comes out wrong is an error, and nothing is sent", () => {
    expect(errorOf("do: [{e: {emit: {event: {with: {type: '${ .n }'}}}}}]").detail).toBe(
      "/do/0/e/emit/event/with/type: must give text, not null",
    );
  });
});

describe("cancelling", () => {
  test("stops everything, children first, and ends the execution", () => {
    const world = new World(
      `do: [{f: {fork: {branches: [{w: {wait: PT1H}}, ${call}]}, timeout: {after: PT2H}}}]`,
      { answer: () => "silence" },
    );
    world.give({ type: "cancel-requested" });
    expect(world.outcome).toEqual({ status: "cancelled" });
    expect(world.activities.size + world.timers.size).toBe(0);
    expect(world.story.slice(-3)).toEqual([
      "cancelled /do/0/f/fork/branches/1/c",
      "cancelled /do/0/f/fork/branches/0/w",
      "cancelled /do/0/f",
    ]);
    expect(world.lifecycle.at(-1)?.type).toBe("workflow.cancelled");
  });
});

describe("events that do not matter change nothing", () => {
  const stray: EventBody[] = [
    { type: "continued" },
    { type: "timer-fired", timer: "t99" },
    { type: "timer-fired", timer: "toString" },
    { type: "activity-completed", activity: "a99", output: 1 },
    { type: "activity-failed", activity: "a99", error: { type: "urn:x", status: 1 } },
    { type: "child-ended", child: "c99", outcome: { status: "cancelled" } },
    { type: "started", id: "other", input: 1, seed: 2 },
  ];

  test("unknown ones, while it runs and after it ended", () => {
    const world = new World(`do: [${call}]`, { answer: () => "silence" });
    const before = world.text;
    for (const event of stray) world.give(event);
    expect(world.text).toBe(before);
    world.give({ type: "activity-completed", activity: "a1", output: 1 });
    const ended = world.text;
    for (const event of [...stray, { type: "cancel-requested" } as const]) world.give(event);
    expect(world.text).toBe(ended);
  });

  test("a second result of an activity, and a result after its task was cancelled", () => {
    const world = new World(`do: [${call}, {d: {wait: PT1S}}]`, { answer: () => "silence" });
    world.give({ type: "activity-completed", activity: "a1", output: "first" });
    const before = world.text;
    world.give({ type: "activity-completed", activity: "a1", output: "second" });
    expect(world.text).toBe(before);
    expect(world.play().outcome).toEqual({ status: "completed", output: "first" });
  });
});

describe("status", () => {
  test("waiting while nothing but time and children are awaited, running while an activity is", () => {
    const world = new World(`do: [{f: {fork: {branches: [{w: {wait: PT1H}}, ${call}]}}}]`, {
      answer: () => "silence",
    });
    expect(world.state.status).toBe("running");
    world.give({ type: "activity-completed", activity: "a2", output: null });
    expect(world.state.status).toBe("waiting");
    expect(world.lifecycle.at(-1)).toMatchObject({ type: "workflow.status-changed", status: "waiting" });
    expect(world.play().state.status).toBe("completed");
  });

  test("a state of a format that this version does not know is refused, not misread", () => {
    const world = new World("do: [{w: {wait: PT1H}}]");
    world.text = world.text.replace('"format":1', '"format":2');
    expect(() => world.play()).toThrow("The execution's state has format 2, and this version reads 1");
  });

  test("what an ended execution keeps is what the rooms above read", () => {
    const world = new World("do: [{a: {set: {n: 1}, export: {as: .}}}]", { input: 1 }).play();
    expect(Object.keys(world.state).sort()).toEqual(["id", "input", "outcome", "startedAt", "status"]);
  });
});
