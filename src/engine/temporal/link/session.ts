import type { Clock } from "../clock.ts";

/** A connection with a worker on it. */
export interface Session {
  /** Resolves when Temporal answers and knows us; the link bounds the wait. */
  check(): Promise<unknown>;
  /** Resolves or rejects when the worker has ended, which it does not by itself. */
  readonly ended: Promise<unknown>;
  /** Lets go of everything; resolves when what ran has come to its end. */
  close(): Promise<unknown>;
}

export type LinkState =
  | "connecting"
  | "connected"
  | "unhealthy"
  | "reconnecting"
  | "open-circuit"
  | "rejected"
  | "closed";

export interface LinkOptions<S extends Session> {
  /** Makes a session; rejects when there is none to be had. */
  readonly dial: () => Promise<S>;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: (level: "info" | "warn" | "error", message: string, fields?: Record<string, unknown>) => void;
  /** How people know the other side. */
  readonly address: string;
}

export interface LinkStatus {
  readonly state: LinkState;
  /** ms since the epoch. */
  readonly since: number;
  /** Attempts to connect since the last connection, and over all. */
  readonly attempts: number;
  readonly attemptsTotal: number;
  readonly nextAttemptAt?: number;
  readonly lastError?: string;
  readonly workersRunning: number;
}
