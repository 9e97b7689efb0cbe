import { Failure, type FailureCode } from "../../failure.ts";
import { orAborted } from "./aborted.ts";
import { systemClock } from "./clock.ts";
import { backoffMs } from "./link/backoff.ts";
import type { TemporalSession } from "./link/dial.ts";
import type { Link } from "./link/link.ts";
import { grpcCode, grpcMessage, isOutage } from "./link/trouble.ts";

/** For one call; the link hears of trouble long before. */
const deadlineMs = 30_000;
/** For the first attempt at a start: longer than one takes where there is much to do, shorter than most outages. */
const startMs = 5_000;

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

  /**
   * As `make`, for what is not to come about any more once it was refused: it is not sent before Temporal is known to be
   * there, is taken back soon, and asked for again, with more patience, while Temporal is there. To be safe to repeat.
   * `mayBeThere` is the hint for one that was on its way when Temporal went.
   */
  async start<T>(work: (session: TemporalSession) => Promise<T>, mayBeThere: string): Promise<T> {
    let isUnderway = false;
    for (let patienceMs = startMs; ; patienceMs *= 2) {
      try {
        return await this.#link.surely((session) => {
          isUnderway = true;
          return session.connection.withDeadline(Date.now() + patienceMs, () => work(session));
        });
      } catch (error) {
        if (error instanceof Failure) throw isUnderway && isAway(error) ? hinting(error, mayBeThere) : error;
        if (!isOutage(error) || patienceMs >= deadlineMs) throw toFailure(error);
      }
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

  /** Does something that waits anyway, and does it again whenever Temporal is back; undefined when the signal aborts. */
  async lasting<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        return await work();
      } catch (error) {
        if (!isAway(error)) throw error;
        await this.back(failures, signal);
      }
    }
    return undefined;
  }

  /** Resolves when Temporal may be asked again, after so many failures in a row; also when there is no use any more. */
  async back(failures: number, signal: AbortSignal): Promise<void> {
    await orAborted(this.#link.connected, signal);
    // It may be there, and not well yet.
    if (failures === 1 || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = systemClock.after(backoffMs(failures - 1, Math.random()), resolve);
    await orAborted(promise, signal);
    cancel();
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

/** Temporal is away, as opposed to an answer of it; a server that stops is none. */
export function isAway(error: unknown): boolean {
  return error instanceof Failure && error.code === "unavailable" && error.reason !== "engine-stopping";
}

function hinting({ code, message, reason, details }: Failure, hint: string): Failure {
  return new Failure(code, message, { ...(reason !== undefined && { reason }), hint, details });
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
