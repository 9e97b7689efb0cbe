import type { WorkflowError } from "../dsl/error.ts";
import type { Json } from "../expression/json.ts";

/**
 * Everything that can happen to an execution. `at` is the only clock the interpreter knows: ms since the
 * epoch.
 */
export type WorkflowEvent = EventBody & { readonly at: number };

export type EventBody =
  | StartedEvent
  /** The activity with this id ended well. */
  | { readonly type: "activity-completed"; readonly activity: string; readonly output: Json }
  /** The activity ended with a workflow error; retries are the definition's business (`try`). */
  | { readonly type: "activity-failed"; readonly activity: string; readonly error: WorkflowError }
  | { readonly type: "timer-fired"; readonly timer: string }
  | { readonly type: "child-ended"; readonly child: string; readonly outcome: Outcome }
  /** Answer to the command `continue`: the next slice of work may run. */
  | { readonly type: "continued" }
  | { readonly type: "cancel-requested" };

export interface StartedEvent {
  readonly type: "started";
  /** Id of the execution. */
  readonly id: string;
  readonly input: Json;
  /** Seed of the execution's own generator (ids, jitter): any 32-bit integer. */
  readonly seed: number;
}

/** How an execution ended. */
export type Outcome =
  | { readonly status: "completed"; readonly output: Json }
  | { readonly status: "faulted"; readonly error: WorkflowError }
  | { readonly status: "cancelled" };
