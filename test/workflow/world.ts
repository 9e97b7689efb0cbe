import { expect } from "bun:test";
import { parse } from "yaml";
import type { WorkflowError } from "../../src/dsl/error.ts";
import type { ActivityRequest } from "../../src/dsl/request.ts";
import type { WorkflowDocument } from "../../src/dsl/types.ts";
import type { Json } from "../../src/expression/json.ts";
import type { Command } from "../../src/workflow/command.ts";
import type { EventBody, Outcome, WorkflowEvent } from "../../src/workflow/event.ts";
import { advance, begin, prepare, type Step } from "../../src/workflow/interpreter.ts";
import type { LifecycleRecord } from "../../src/workflow/lifecycle.ts";
import type { Program } from "../../src/workflow/program.ts";
import type { State } from "../../src/workflow/state.ts";

export const start = Date.UTC(2026, 0, 1);

export type Answer = { output: Json } | { error: WorkflowError } | "silence";
export interface WorldOptions {
  readonly input?: Json;
  /** What an activity answers; without it, its request is its output. */
  readonly answer?: (request: ActivityRequest, call: number) => Answer;
  readonly child?: (command: Extract<Command, { type: "start-child" }>) => Outcome;
  readonly budget?: number;
  readonly seed?: number;
  /** Events at their ms after the start, instead of whatever would come next. */
  readonly events?: readonly (EventBody & { readonly after: number })[];
}

/**
 * A world for one execution: answers activities at once, lets time pass only when nothing else is left to do.
 * The state goes through JSON after every event, and every step is computed twice, to see that both are the
 * same.
 */
export class World {
  readonly program: Program;
  readonly commands: Command[] = [];
  readonly lifecycle: LifecycleRecord[] = [];
  /** What was sent and not taken back: activities with their task, by id. */
  readonly activities = new Map<string, ActivityRequest>();
  readonly timers = new Map<string, number>();
  text = "";
  slices = 0;
  nowMs = start;
  private readonly inbox: EventBody[] = [];
  private readonly scheduled: (EventBody & { readonly after: number })[];
  private readonly options: WorldOptions;
  private calls = 0;

  constructor(definition: string | object, options: WorldOptions = {}) {
    this.options = options;
    this.scheduled = [...(options.events ?? [])];
    this.program = prepare(documentOf(definition), { version: "1.2.3" });
    const { input = {}, seed = 7 } = options;
    const event = { type: "started", id: "x1", input, seed, at: start } as const;
    this.take(() => begin(this.program, event, this.budget));
  }

  get state(): State {
    return JSON.parse(this.text);
  }

  get outcome(): Outcome | undefined {
    return this.state.outcome;
  }

  /** Runs to the end, or until nothing more can happen. */
  play(): this {
    for (let event = this.next(); event !== undefined; event = this.next()) this.give(event);
    return this;
  }

  give(event: EventBody): void {
    const ended = this.outcome !== undefined;
    const at: WorkflowEvent = { ...event, at: this.nowMs };
    const sent = this.take(() => advance(this.program, this.state, at, this.budget));
    if (ended) expect(sent).toEqual([]);
  }

  /** `task.completed` and so on of each task, in order, as `verb pointer`. */
  get story(): string[] {
    return this.lifecycle
      .filter(({ type }) => type.startsWith("task.") && type !== "task.created")
      .map(({ type, task }) => `${type.slice(5)} ${task}`);
  }

  private get budget() {
    return { tasks: this.options.budget ?? 10_000 };
  }

  private take(compute: () => Step): readonly Command[] {
    const { state, commands, lifecycle } = compute();
    const again = compute();
    const text = JSON.stringify(state);
    expect(JSON.stringify([again.state, again.commands, again.lifecycle])).toBe(
      JSON.stringify([state, commands, lifecycle]),
    );
    this.text = text;
    this.slices++;
    this.lifecycle.push(...lifecycle);
    for (const command of commands) this.obey(command);
    return commands;
  }

  private obey(command: Command): void {
    this.commands.push(command);
    if (command.type === "continue") this.inbox.push({ type: "continued" });
    if (command.type === "start-timer") this.timers.set(command.timer, command.at);
    if (command.type === "cancel-timer") this.timers.delete(command.timer);
    if (command.type === "cancel-activity") this.activities.delete(command.activity);
    if (command.type === "start-child" && command.await) {
      const outcome = this.options.child?.(command);
      if (outcome) this.inbox.push({ type: "child-ended", child: command.child, outcome });
    }
    if (command.type !== "run-activity") return;
    this.activities.set(command.activity, command.request);
    const answer = this.options.answer?.(command.request, this.calls++) ?? {
      output: command.request as unknown as Json,
    };
    if (answer === "silence") return;
    const { activity } = command;
    if ("error" in answer) this.inbox.push({ type: "activity-failed", activity, error: answer.error });
    else this.inbox.push({ type: "activity-completed", activity, output: answer.output });
  }

  private next(): EventBody | undefined {
    if (this.inbox.length > 0) return this.inbox.shift();
    const [timer, due] = [...this.timers].sort((a, b) => a[1] - b[1])[0] ?? [];
    const scheduled = this.scheduled[0];
    if (scheduled !== undefined && (due === undefined || start + scheduled.after <= due)) {
      const { after, ...event } = this.scheduled.shift()!;
      this.nowMs = start + after;
      return event;
    }
    if (timer === undefined) return undefined;
    this.timers.delete(timer);
    this.nowMs = Math.max(this.nowMs, due!);
    return { type: "timer-fired", timer };
  }
}

/** A workflow's document: whole, or its body alone (YAML that begins at `do`, or an object). */
export function documentOf(definition: string | object): WorkflowDocument {
  const body = typeof definition === "string" ? parse(definition) : definition;
  const document = { dsl: "1.0.3", namespace: "test", name: "sample", version: "0.1.0" };
  return { document, ...body };
}

/** The output of a workflow that completes. */
export function outputOf(definition: string | object, options: WorldOptions = {}): Json {
  const { outcome } = new World(definition, options).play();
  expect(outcome).toMatchObject({ status: "completed" });
  return (outcome as { output: Json }).output;
}

/** The error of a workflow that faults. */
export function errorOf(definition: string | object, options: WorldOptions = {}): WorkflowError {
  const { outcome } = new World(definition, options).play();
  expect(outcome).toMatchObject({ status: "faulted" });
  return (outcome as { error: WorkflowError }).error;
}
