import type { Step } from "../../workflow/interpreter.ts";
import type { LifecycleType } from "../../workflow/lifecycle.ts";
import type { Revision } from "../request/revision.ts";

/** Told what happens, for whoever counts; nothing in the engine depends on it. */
export interface Observer {
  /** Monotonic, in ms, with fractions. */
  now(): number;
  /** One transaction is durable: how much it held, and how long it took as a whole. */
  committed(items: number, ms: number): void;
  /** How late a timer was. */
  timerFired(lateMs: number): void;
  executionStarted(by: "call" | "workflow"): void;
  executionEnded(status: "cancelled" | "faulted" | "completed"): void;
  /** A run of a task of this kind (`set`, `call-http`, …) came out so; `retried`: another attempt of it begins. */
  task(kind: string, outcome: "completed" | "faulted" | "cancelled" | "retried"): void;
}

const outcomes: Readonly<Partial<Record<LifecycleType, Parameters<Observer["task"]>[1]>>> = {
  "task.completed": "completed",
  "task.faulted": "faulted",
  "task.cancelled": "cancelled",
  "task.retried": "retried",
};

/** Reports what one durable step did. `depth`: how many workflows stand above its execution. */
export function observeStep(
  observer: Observer,
  { lifecycle, commands }: Step,
  revision: Revision,
  depth: number,
) {
  for (const { type, task } of lifecycle) {
    const outcome = outcomes[type];
    if (outcome) observer.task(revision.program.tasks.get(task ?? "")?.kindName ?? "workflow", outcome);
    else if (type === "workflow.started") observer.executionStarted(depth === 0 ? "call" : "workflow");
  }
  const end = commands.find((command) => command.type === "end");
  if (end) observer.executionEnded(end.outcome.status);
}
