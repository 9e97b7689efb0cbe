import type { ActivityPolicy, RunActivity } from "../../activity/activity.ts";
import type { Reader } from "../request/reader.ts";
import type { Clock } from "./clock.ts";
import type { Limits } from "./limits.ts";
import type { Observer } from "./observer.ts";
import type { Random } from "./random.ts";
import type { Store } from "./store.ts";

/** Everything the engine knows of the world is in here, so that a simulation can be the world. */
export interface SqliteEngineOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly runActivity: RunActivity;
  readonly policy: ActivityPolicy;
  readonly log: EngineLog;
  readonly durability: Durability;
  readonly limits?: Partial<Limits>;
  /** How long executions that have ended are kept; without it for ever. */
  readonly retain?: Retain;
  /** Is told what happens, to count it. */
  readonly observer?: Observer;
  /** Reads definitions; without it they are all read in this thread. */
  readonly read?: Reader;
  /** The server's version, as workflows see it in `$runtime`. */
  readonly version?: string;
}

/**
 * `output`: what leaves an execution (an activity, an event, an answer) is preceded by a commit of all that
 * led to it; pure tasks in between share one. `task`: every task has a commit of its own.
 */
export type Durability = "output" | "task";

/** For so many ms after their end, or the newest so many of them. */
export type Retain = { readonly ageMs: number } | { readonly count: number };

export type EngineLog = (
  level: "info" | "warn" | "error",
  message: string,
  fields?: Record<string, unknown>,
) => void;
