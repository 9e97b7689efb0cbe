import type { ActivityRequest } from "../dsl/request.ts";
import type { Json, JsonObject } from "../expression/json.ts";
import type { Outcome } from "./event.ts";

/**
 * What an execution wants of the world. The engine carries a command out only after the event that caused it
 * is durable, and answers with an event. Ids are unique within the execution and deterministic, so
 * `executionId/activityId` is the idempotency key of an activity.
 */
export type Command =
  | {
      readonly type: "run-activity";
      readonly activity: string;
      /** JSON pointer of the task that asks. */
      readonly task: string;
      readonly request: ActivityRequest;
      /**
       * False: the activity is on its own (`run` with `await: false`); its result is ignored. Absent: true.
       */
      readonly await?: boolean;
    }
  | { readonly type: "cancel-activity"; readonly activity: string }
  /** Fires at or after `at` (ms since the epoch), never before. */
  | { readonly type: "start-timer"; readonly timer: string; readonly at: number }
  | { readonly type: "cancel-timer"; readonly timer: string }
  | {
      readonly type: "start-child";
      readonly child: string;
      readonly task: string;
      readonly workflow: { readonly namespace: string; readonly name: string; readonly version: string };
      readonly input: Json;
      /** False: the child is on its own, no `child-ended` is expected. */
      readonly await: boolean;
    }
  | { readonly type: "cancel-child"; readonly child: string }
  /** Publishes a CloudEvent (plain JSON, specversion 1.0). */
  | { readonly type: "emit"; readonly event: JsonObject }
  /** The slice's budget is used up; the engine sends `continued` when it is this execution's turn again. */
  | { readonly type: "continue" }
  /** The last command of an execution. */
  | { readonly type: "end"; readonly outcome: Outcome };
