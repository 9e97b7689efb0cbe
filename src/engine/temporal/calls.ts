import { Failure, type FailureCode } from "../../failure.ts";
import type { TemporalSession } from "./link/dial.ts";
import type { Link } from "./link/link.ts";
import { grpcCode, grpcMessage } from "./link/trouble.ts";

/** For one call; the link hears of trouble long before. */
const deadlineMs = 30_000;

const codes: Readonly<Record<number, FailureCode>> = {
  1: "cancelled",
  3: "invalid_argument",
  4: "deadline_exceeded",
  5: "not_found",
  6: "already_exists",
  7: "permission_denied",
  8: "resource_exhausted",
  9: "failed_precondition",
  12: "unimplemented",
  13: "internal",
  14: "unavailable",
  16: "unauthenticated",
};

/** Calls of Temporal, with the errors of the seam: everything rejects with `Failure`. */
export class Calls {
  readonly namespace: string;
  readonly taskQueue: string;
  readonly #link: Link<TemporalSession>;

  constructor(link: Link<TemporalSession>, namespace: string, taskQueue: string) {
    this.#link = link;
    this.namespace = namespace;
    this.taskQueue = taskQueue;
  }

  /** Rejects `unavailable` while Temporal is away; other refusals carry Temporal's own words. */
  async make<T>(work: (session: TemporalSession) => Promise<T>): Promise<T> {
    try {
      return await this.#link.call((session) =>
        session.connection.withDeadline(Date.now() + deadlineMs, () => work(session)),
      );
    } catch (error) {
      throw toFailure(error);
    }
  }

  /** As `make`; undefined when Temporal does not know what is asked for. */
  async find<T>(work: (session: TemporalSession) => Promise<T>): Promise<T | undefined> {
    try {
      return await this.make(work);
    } catch (error) {
      if (error instanceof Failure && error.code === "not_found") return undefined;
      throw error;
    }
  }

  /** As `make`, for a call that waits for news on purpose; it may be left, but not taken back. */
  async wait<T>(work: (session: TemporalSession) => Promise<T>): Promise<T> {
    try {
      return await this.#link.hold((session) =>
        session.connection.withDeadline(Date.now() + 2 * deadlineMs, () => work(session)),
      );
    } catch (error) {
      throw toFailure(error);
    }
  }
}

function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { name } = error as Error;
  if (name === "WorkflowNotFoundError") return temporalFailure("not_found", error);
  if (name === "WorkflowExecutionAlreadyStartedError") return temporalFailure("already_exists", error);
  return temporalFailure(codes[grpcCode(error) ?? -1] ?? "internal", error);
}

function temporalFailure(code: FailureCode, cause: unknown): Failure {
  return new Failure(code, `Temporal refused: ${grpcMessage(cause)}`, { reason: "temporal-refused", cause });
}
