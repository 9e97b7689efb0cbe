import type { ActivityRequest } from "../dsl/request.ts";
import type { Json } from "../expression/json.ts";

/** What an activity may use beside its request. */
export interface ActivityContext {
  /** Aborted when the task is cancelled or times out, or the server stops. */
  readonly signal: AbortSignal;
  /** `executionId/activityId`: the same for every run of the same activity, sent to HTTP peers as Idempotency-Key. */
  readonly idempotencyKey: string;
  /** W3C Trace Context: the activity's own span, sent to HTTP peers. */
  readonly traceparent?: string;
  /** Lines that the activity's process wrote, for `pawl logs`. */
  readonly log?: (line: { readonly stream: "stdout" | "stderr"; readonly text: string }) => void;
  readonly policy: ActivityPolicy;
  /**
   * The values of those of these secrets that exist, by name, as they stand now. Absent: there are none. What is read
   * here never leaves the activity; it masks it in its output, error and log.
   */
  readonly secrets?: (names: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

/** What processes an activity may start, and how (architecture.md "Security"). */
export interface ActivityPolicy {
  /** The environment of a process: complete, nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** Working directory of a process. */
  readonly directory: string;
  /**
   * A path, the same in every life of the server and no other server's, where a named pipe is kept: with it no process is
   * started before those of a server that was killed are gone. Its folder exists.
   */
  readonly processGuard?: string;
  /** Size in bytes of the largest answer or output that is read. */
  readonly maxBytes: number;
  /** The User-Agent of HTTP requests whose author gives none. */
  readonly userAgent?: string;
}

/** Runs one request. Resolves with the task's raw output; rejects with `WorkflowFault`, and with nothing else. */
export type RunActivity = (request: ActivityRequest, context: ActivityContext) => Promise<Json>;
