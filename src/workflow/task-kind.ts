import type { WorkflowError } from "../dsl/error.ts";
import type { Task } from "../dsl/types.ts";
import type { Json } from "../expression/json.ts";
import type { Outcome } from "./event.ts";
import type { TaskNode } from "./program.ts";
import type { Site, TaskSlot } from "./site.ts";
import type { TaskRun } from "./task-run.ts";

/**
 * What a task kind is made of. `P` is its plan: the task's own slots and lists, compiled. All run in terms of
 * `TaskRun`.
 */
export interface TaskKind<P = unknown> {
  /** Compiles what is particular to the kind. Throws `Failure` for what cannot be run. */
  prepare(task: Task, site: Site): P;
  /**
   * The task's input is ready. Completes the run, begins something that is reported, enters a list, or
   * faults.
   */
  run(run: TaskRun<P>): void;
  /** What the run began has been reported. */
  report?(run: TaskRun<P>, report: Report): void;
  /** The slot of the authentication that `$authorization` describes, if the task has one. */
  authentication?(plan: P): TaskSlot | undefined;
  /** Whether several tasks below it may run at the same time. */
  readonly concurrent?: boolean;
  /** A task directly below completed. */
  childCompleted?(run: TaskRun<P>, child: TaskNode, ended: ChildEnd): void;
  /** A task directly below faulted. True: it is dealt with; false, or absent: this task faults too. */
  childFaulted?(run: TaskRun<P>, child: TaskNode, error: WorkflowError): boolean;
}

/** The answer of the world to something a run began. */
export type Report =
  | { readonly type: "output"; readonly id: string; readonly output: Json }
  | { readonly type: "error"; readonly id: string; readonly error: WorkflowError }
  | { readonly type: "timer"; readonly id: string }
  | { readonly type: "child"; readonly id: string; readonly outcome: Outcome };

export interface ChildEnd {
  /** Transformed output, or the raw input of a task that was skipped. */
  readonly output: Json;
  /** Flow directive; absent means continue. */
  readonly directive?: string;
  /** Its `if` was not met: it never ran. */
  readonly skipped?: boolean;
}
