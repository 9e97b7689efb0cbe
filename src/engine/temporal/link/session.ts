import type { Clock } from "../clock.ts";
import type { Trouble } from "./trouble.ts";

/** A connection with a worker on it. */
export interface Session {
  /** Resolves when Temporal answers and knows us; the link bounds the wait. */
  check(): Promise<unknown>;
  /** Asked when a check stays without an answer: what is known of the reason. Never rejects. */
  whySilent?(): Promise<Trouble | undefined>;
  /** What the worker does at this moment; absent: it runs. */
  worker?(): WorkerStatus;
  /** Resolves or rejects when the worker has ended, which it does not by itself. */
  readonly ended: Promise<unknown>;
  /** Lets go of everything; resolves when what ran has come to its end. */
  close(): Promise<unknown>;
}

export interface WorkerStatus {
  readonly running: boolean;
  /** Whether it asks Temporal for tasks of workflows, and for activities. */
  readonly pollsWorkflows: boolean;
  readonly pollsActivities: boolean;
  /** Executions that it knows by heart. */
  readonly executionsCached: number;
}

export const linkStates = [
  "connecting",
  "connected",
  "unhealthy",
  "reconnecting",
  "open-circuit",
  "rejected",
  "closed",
] as const;
export type LinkState = (typeof linkStates)[number];

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
  /** Whether one is under way. */
  readonly isAttempting: boolean;
  /** While not connected: when the next attempt is due, at the latest, or when that which is under way began. */
  readonly nextAttemptAt?: number;
  /** What went wrong last, also when all is well again, and when (ms since the epoch). */
  readonly lastError?: string;
  readonly lastErrorAt?: number;
  /** Since when the present connection lasts. */
  readonly connectedSince?: number;
  readonly workersRunning: number;
  readonly polls: { readonly workflows: number; readonly activities: number };
  readonly executionsCached: number;
}
