import type { WorkflowDocument } from "../dsl/types.ts";
import type { Command } from "./command.ts";
import type { StartedEvent, WorkflowEvent } from "./event.ts";
import type { LifecycleRecord } from "./lifecycle.ts";
import type { Program } from "./program.ts";
import type { State } from "./state.ts";

/** What one event led to. */
export interface Step {
  /** Plain JSON; replaces the state that was given, which must not be used again. */
  readonly state: State;
  readonly commands: readonly Command[];
  readonly lifecycle: readonly LifecycleRecord[];
}

/** Bounds of one slice; after `tasks` task steps the slice ends with the command `continue`. */
export interface Budget {
  readonly tasks: number;
}

/** Compiles a valid definition: every expression, every pointer. Throws `Failure` invalid_argument. Cache it. */
export declare function prepare(document: WorkflowDocument): Program;

/** The first step of an execution. */
export declare function begin(
  program: Program,
  event: StartedEvent & { readonly at: number },
  budget?: Budget,
): Step;

/**
 * The interpreter: pure and deterministic in (program, state, event, budget). An event that no longer matters (a timer
 * of a cancelled task, a second result of an activity, anything after the end) changes nothing.
 */
export declare function advance(program: Program, state: State, event: WorkflowEvent, budget?: Budget): Step;
