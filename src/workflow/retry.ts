import type { RetryPolicy } from "../dsl/types.ts";
import type { Json } from "../expression/json.ts";
import type { DurationSlot } from "./duration.ts";
import { random } from "./random.ts";
import type { Site, TaskSlot } from "./site.ts";
import type { TaskRun } from "./task-run.ts";

/** A retry policy (dsl-reference.md "Retry"), compiled where it is used. */
export interface RetryPlan {
  readonly when?: TaskSlot;
  readonly exceptWhen?: TaskSlot;
  readonly delay?: DurationSlot;
  readonly backoff: "constant" | "linear" | "exponential";
  /** Retries, not attempts (ruling 6). */
  readonly count?: number;
  /** Bounds one attempt (ruling 7). */
  readonly attempt?: DurationSlot;
  /** Bounds all attempts together: none begins later than this after the first (ruling 7). */
  readonly total?: DurationSlot;
  readonly jitter?: { readonly from: DurationSlot; readonly to: DurationSlot };
}

export function retryPlan(
  reference: string | RetryPolicy,
  path: string,
  site: Site,
  own: readonly string[],
): RetryPlan {
  const policy = typeof reference === "string" ? site.component("retries", reference, path) : reference;
  const { when, exceptWhen, delay, backoff, limit, jitter } = policy;
  const duration = (value: unknown, at: string) => site.duration(value as Json, path + at);
  const condition = (text: string, at: string) => site.expression(text, path + at, "definition", own);
  return {
    ...(when !== undefined && { when: condition(when, "/when") }),
    ...(exceptWhen !== undefined && { exceptWhen: condition(exceptWhen, "/exceptWhen") }),
    ...(delay !== undefined && { delay: duration(delay, "/delay") }),
    backoff: backoff?.exponential ? "exponential" : backoff?.linear ? "linear" : "constant",
    ...(limit?.attempt?.count !== undefined && { count: limit.attempt.count }),
    ...(limit?.attempt?.duration !== undefined && {
      attempt: duration(limit.attempt.duration, "/limit/attempt/duration"),
    }),
    ...(limit?.duration !== undefined && { total: duration(limit.duration, "/limit/duration") }),
    ...(jitter !== undefined && {
      jitter: { from: duration(jitter.from, "/jitter/from"), to: duration(jitter.to, "/jitter/to") },
    }),
  };
}

/**
 * How long to wait before retry number `n` (from 1), in ms; null when there shall be none. `error` is what
 * was caught.
 */
export function retryDelay(run: TaskRun, plan: RetryPlan, n: number, error: Json): number | null {
  if (plan.count !== undefined && n > plan.count) return null;
  if (plan.when !== undefined && !run.test(plan.when, error)) return null;
  if (plan.exceptWhen !== undefined && run.test(plan.exceptWhen, error)) return null;
  const left =
    plan.total === undefined ? null : run.duration(plan.total) - (run.machine.nowMs - run.frame.at!);
  if (left !== null && left <= 0) return null;
  const delay = Math.round(backedOff(run, plan, n) + jitter(run, plan));
  return Math.min(delay, left ?? longestDelay);
}

/** Backoff must end somewhere: 2^n soon exceeds what a date can hold. */
const longestDelay = 365 * 86_400_000;

/** Ruling 8. */
function backedOff(run: TaskRun, plan: RetryPlan, n: number): number {
  const delay = plan.delay === undefined ? 0 : run.duration(plan.delay);
  if (plan.backoff === "linear") return delay * n;
  return plan.backoff === "exponential" ? delay * 2 ** (n - 1) : delay;
}

function jitter(run: TaskRun, plan: RetryPlan): number {
  if (plan.jitter === undefined) return 0;
  const from = run.duration(plan.jitter.from);
  return from + random(run.machine.state) * (run.duration(plan.jitter.to) - from);
}
