import { describe, expect, test } from "bun:test";
import type { Command } from "../../src/workflow/command.ts";
import type { EventBody } from "../../src/workflow/event.ts";
import { advance, begin, prepare, type Step } from "../../src/workflow/interpreter.ts";
import type { LifecycleRecord } from "../../src/workflow/lifecycle.ts";
import { Dice } from "../simulation/dice.ts";
import { randomDefinition } from "../simulation/generator.ts";
import { documentOf, start } from "./world.ts";

interface Play {
  readonly commands: Command[];
  readonly lifecycle: LifecycleRecord[];
  readonly ended: boolean;
  /** Awaited activities, timers and children that neither reported nor were given up. */
  readonly open: ReadonlySet<string>;
}

/**
 * Plays a random definition in a random world: answers in any order, errors, duplicates, cancellation. A
 * state that is kept and one that goes through JSON before every event must stay the same, to the letter.
 */
function play(seed: number): Play {
  const dice = new Dice(seed);
  const program = prepare(documentOf(randomDefinition(dice)));
  const budget = { tasks: 1 + dice.roll(20) };
  const commands: Command[] = [];
  const lifecycle: LifecycleRecord[] = [];
  const pending: EventBody[] = [];
  const timers = new Map<string, number>();
  const open = new Set<string>();
  let at = start;

  const learn = (step: Step): Step => {
    commands.push(...step.commands);
    lifecycle.push(...step.lifecycle);
    for (const command of step.commands) {
      if (command.type === "start-timer") timers.set(command.timer, command.at);
      if (command.type === "cancel-timer") timers.delete(command.timer);
      if (begins(command)) open.add(idOf(command)!);
      else open.delete(idOf(command) ?? "");
      const answer = answerTo(command, dice);
      if (answer) pending.push(answer);
    }
    return step;
  };

  const first = { type: "started", id: "x", input: { n: dice.roll(9) }, seed, at } as const;
  let step = learn(begin(program, first, budget));
  for (let round = 0; round < 2000 && step.state.outcome === undefined; round++) {
    let event: EventBody | undefined = pending.splice(dice.roll(pending.length), 1)[0];
    if (event === undefined || dice.chance(20)) {
      const due = [...timers].sort((a, b) => a[1] - b[1])[0];
      if (event !== undefined) pending.push(event);
      if (due === undefined && event === undefined) break;
      if (due !== undefined) {
        timers.delete(due[0]);
        at = Math.max(at, due[1]);
        event = { type: "timer-fired", timer: due[0] };
      } else event = pending.pop()!;
    }
    if (dice.chance(10)) pending.push(event);
    if (dice.chance(1)) event = { type: "cancel-requested" };
    open.delete(idOf(event) ?? "");
    const text = JSON.stringify(step.state);
    const kept = advance(program, step.state, { ...event, at }, budget);
    const loaded = advance(program, JSON.parse(text), { ...event, at }, budget);
    expect(JSON.stringify(loaded)).toBe(JSON.stringify(kept));
    step = learn(kept);
  }
  return { commands, lifecycle, open, ended: step.state.outcome !== undefined };
}

/** Whether something begins whose end is awaited. */
function begins(command: Command): boolean {
  if (command.type === "run-activity" || command.type === "start-child") return command.await !== false;
  return command.type === "start-timer";
}

function idOf(message: Command | EventBody): string | undefined {
  if ("activity" in message) return message.activity;
  if ("timer" in message) return message.timer;
  return "child" in message ? message.child : undefined;
}

function answerTo(command: Command, dice: Dice): EventBody | undefined {
  if (command.type === "continue") return { type: "continued" };
  if (command.type === "run-activity") {
    const { activity, request } = command;
    if (request.kind === "resource")
      return { type: "activity-completed", activity, output: { type: "object" } };
    const error = { type: "urn:x", status: 400 + dice.roll(3) };
    if (dice.chance(30)) return { type: "activity-failed", activity, error };
    return { type: "activity-completed", activity, output: { n: dice.roll(9) } };
  }
  if (command.type !== "start-child" || !command.await) return undefined;
  if (dice.chance(20)) return { type: "child-ended", child: command.child, outcome: { status: "cancelled" } };
  return { type: "child-ended", child: command.child, outcome: { status: "completed", output: { n: 5 } } };
}

/**
 * created ≤ started ≤ exactly one end, of every run; nothing after it. Without a start only an `if` can fault
 * it.
 */
function checkLives(lifecycle: readonly LifecycleRecord[]): void {
  const lives = new Map<number, string[]>();
  for (const { type, run } of lifecycle)
    if (run !== undefined) lives.set(run, [...(lives.get(run) ?? []), type.slice("task.".length)]);
  for (const life of lives.values())
    expect(life.join(" ")).toMatch(/^created (started( retried)* (completed|faulted|cancelled)|faulted)$/);
  const own = lifecycle
    .map(({ type }) => type)
    .filter((type) => type.startsWith("workflow.") && !type.endsWith("changed"));
  expect(own).toEqual(["workflow.started", expect.stringMatching(/completed|faulted|cancelled/)]);
  expect(lifecycle.at(-1)!.type).toBe(own[1]!);
}

/** `end` comes last, and no id is given twice. */
function checkCommands(commands: readonly Command[]): void {
  const ends = commands.flatMap(({ type }, index) => (type === "end" ? [index] : []));
  expect(ends).toEqual([commands.length - 1]);
  const ids = commands.filter(begins).map(idOf);
  expect(new Set(ids).size).toBe(ids.length);
}

describe("properties, over random definitions in random worlds", () => {
  for (let group = 0; group < 10; group++)
    test(`lives are legal, states replay, nothing follows the end: seeds from ${group * 100}`, () => {
      for (let seed = group * 100; seed < group * 100 + 100; seed++) {
        const { commands, lifecycle, ended, open } = play(seed);
        expect([seed, ended, [...open]]).toEqual([seed, true, []]);
        checkLives(lifecycle);
        checkCommands(commands);
      }
    });

  test("the same seed gives the same commands and records", () => {
    for (let seed = 0; seed < 50; seed++) expect(play(seed)).toEqual(play(seed));
  });
});
