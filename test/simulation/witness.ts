import type { ActivityRequest } from "../../src/dsl/request.ts";
import { formatCursor, packRecords } from "../../src/engine/sqlite/records.ts";
import type { Json, JsonObject } from "../../src/expression/json.ts";
import type { Command } from "../../src/workflow/command.ts";
import type { WorkflowEvent } from "../../src/workflow/event.ts";
import { advance, begin, type Step } from "../../src/workflow/interpreter.ts";
import type { LifecycleRecord } from "../../src/workflow/lifecycle.ts";
import type { State } from "../../src/workflow/state.ts";
import { Lives } from "./lifecycle.ts";
import type { Programs } from "./programs.ts";
import { must, mustEqual } from "./violation.ts";

export interface JournalEntry {
  readonly position: number;
  readonly execution: number;
  readonly at: number;
  readonly tasks: number;
  readonly event: string | null;
  readonly records: string | null;
}

export interface Beginning {
  readonly key: number;
  readonly id: string;
  readonly seed: number;
  readonly input: string;
  readonly text: string;
  readonly child: string | null;
  readonly parent_key: number | null;
}

/** One execution as all its events tell it, from the first: what must be true of it in the store, and everywhere else. */
export class Witness {
  readonly about: Beginning;
  readonly input: Json;
  state: State | undefined;
  readonly inFlight = new Map<string, { readonly request: ActivityRequest; readonly detached: boolean }>();
  readonly done = new Set<string>();
  readonly timers = new Map<string, number>();
  /** Children by id: whether their end is awaited, or has been told. */
  readonly children = new Map<string, "alone" | "awaited" | "told" | "given-up">();
  readonly emitted: JsonObject[] = [];
  readonly records: { readonly cursor: string; readonly record: LifecycleRecord }[] = [];
  goesOn = false;
  /** Instant of its end. */
  endedAt = 0;
  #at = 0;
  readonly #fired = new Set<string>();
  readonly #lives = new Lives();
  readonly #programs: Programs;

  constructor(about: Beginning, programs: Programs) {
    this.#programs = programs;
    this.about = about;
    this.input = JSON.parse(about.input) as Json;
  }

  get ended(): boolean {
    return this.state?.outcome !== undefined;
  }

  /** Takes the next event in; `version` is that of the server that wrote it. */
  take(entry: JournalEntry, version: string): void {
    const { at, position } = entry;
    must(!this.ended, "An event was written after the end", entry);
    must(at >= this.#at, "Time ran backwards for an execution", entry);
    this.#at = at;
    const step = this.#step(entry, version);
    mustEqual(entry.records, packRecords(step.lifecycle, at), "The records are not what the events lead to");
    this.state = step.state;
    for (const [index, record] of step.lifecycle.entries()) {
      this.#lives.add(record);
      this.records.push({ cursor: formatCursor(position, index), record });
    }
    for (const command of step.commands) this.#obey(command);
    if (!this.ended) return;
    this.endedAt = at;
    this.timers.clear();
    for (const [activity, { detached }] of this.inFlight) if (!detached) this.inFlight.delete(activity);
  }

  #step(entry: JournalEntry, version: string): Step {
    const { at, tasks } = entry;
    const { id, seed, text } = this.about;
    const program = this.#programs.program(text, version);
    const started = { type: "started", id, seed, input: this.input, at } as const;
    if (!this.state) {
      must(entry.event === null, "An execution did not begin with its start", entry);
      return begin(program, started, { tasks });
    }
    must(entry.event !== null, "An execution began twice", entry);
    const event = { ...JSON.parse(entry.event), at } as WorkflowEvent;
    this.#check(event);
    return advance(program, this.state, event, { tasks });
  }

  #check(event: WorkflowEvent): void {
    if (event.type === "timer-fired") {
      const due = this.timers.get(event.timer);
      must(!this.#fired.has(event.timer), "A timer fired twice", event);
      must(due === undefined || event.at >= due, "A timer fired early", { event, due });
      this.#fired.add(event.timer);
      this.timers.delete(event.timer);
    }
    if (event.type === "activity-completed" || event.type === "activity-failed") {
      must(!this.done.has(event.activity), "An activity ended twice", event);
      this.done.add(event.activity);
      this.inFlight.delete(event.activity);
    }
    if (event.type === "child-ended") {
      const child = this.children.get(event.child);
      must(child === "awaited" || child === "given-up", "A child's end was told out of place", {
        event,
        child,
      });
      this.children.set(event.child, "told");
    }
    if (event.type === "continued") {
      must(this.goesOn, "An execution went on without being asked to", event);
      this.goesOn = false;
    }
  }

  #obey(command: Command): void {
    if (command.type === "run-activity") {
      const { activity, request } = command;
      must(!this.inFlight.has(activity) && !this.done.has(activity), "An id was given twice", command);
      this.inFlight.set(activity, { request, detached: command.await === false });
    }
    if (command.type === "cancel-activity") this.inFlight.delete(command.activity);
    if (command.type === "start-timer") this.timers.set(command.timer, command.at);
    if (command.type === "cancel-timer") this.timers.delete(command.timer);
    if (command.type === "start-child") this.children.set(command.child, command.await ? "awaited" : "alone");
    if (command.type === "cancel-child") this.children.set(command.child, "given-up");
    if (command.type === "emit") this.emitted.push(command.event);
    if (command.type === "continue") this.goesOn = true;
  }
}
