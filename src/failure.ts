/**
 * The one error class of the program: everything that is not a workflow's own error (those are data, RFC 7807)
 * travels as a `Failure`. The codes are those of Connect and gRPC, in lower case.
 */
export type FailureCode =
  | "cancelled"
  | "unknown"
  | "invalid_argument"
  | "deadline_exceeded"
  | "not_found"
  | "already_exists"
  | "permission_denied"
  | "resource_exhausted"
  | "failed_precondition"
  | "aborted"
  | "out_of_range"
  | "unimplemented"
  | "internal"
  | "unavailable"
  | "data_loss"
  | "unauthenticated";

export interface FailureOptions {
  /** A machine-readable reason in kebab case, unique in the program, e.g. `server-not-answering`. */
  readonly reason?: string;
  /** What the reader can do about it, as one sentence or a command to type. */
  readonly hint?: string;
  /** The same call may succeed after so long, in ms. */
  readonly retryAfterMs?: number;
  /** Structured facts that travel with the failure (plain JSON). */
  readonly details?: unknown;
  /** The error underneath; kept apart, so that it never leaks into the message. */
  readonly cause?: unknown;
}

export class Failure extends Error {
  readonly code: FailureCode;
  readonly reason: string | undefined;
  readonly hint: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly details: unknown;

  constructor(code: FailureCode, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "Failure";
    this.code = code;
    this.reason = options.reason;
    this.hint = options.hint;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details;
  }
}
