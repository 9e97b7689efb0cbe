import { foldErrorType, standardError, type WorkflowError, WorkflowFault } from "../../dsl/error.ts";
import type { TryTask } from "../../dsl/types.ts";
import type { Json, JsonObject } from "../../expression/json.ts";
import { cancelBelow } from "../fault.ts";
import { asJson, type TaskSequence } from "../program.ts";
import { type RetryPlan, retryDelay, retryPlan } from "../retry.ts";
import type { TaskSlot } from "../site.ts";
import type { TaskKind } from "../task-kind.ts";
import type { TaskRun } from "../task-run.ts";

interface Plan {
  readonly try: TaskSequence;
  /** Values the error must have; types compare folded (ruling 1). */
  readonly filter: JsonObject;
  readonly as: string;
  readonly when?: TaskSlot;
  readonly exceptWhen?: TaskSlot;
  readonly retry?: RetryPlan;
  readonly do?: TaskSequence;
  readonly directive?: string;
}

interface Data {
  /** Retries so far. */
  retries: number;
  /** Timer that bounds the attempt; or, between attempts, the delay. */
  attempt?: string;
  delay?: string;
  /** The error has been caught for good, and the tasks of `catch.do` run. */
  catching?: boolean;
}

/**
 * dsl-reference.md "Try", "Catch": an error from the tasks below that passes the filter is caught: first
 * retried, then handed to `do`, then `then`. With neither it is swallowed, and the output is the input, but
 * when retries were asked for and are exhausted the last error faults the task (ruling 17).
 */
export const tryKind: TaskKind<Plan> = {
  prepare(task, site) {
    const { try: tasks, catch: clause } = task as TryTask;
    const as = clause.as ?? "error";
    const condition = (name: "when" | "exceptWhen") =>
      clause[name] === undefined
        ? {}
        : { [name]: site.expression(clause[name], `/catch/${name}`, "definition", [as]) };
    return {
      try: site.list(tasks, "/try"),
      filter: clause.errors?.with ?? {},
      as,
      ...condition("when"),
      ...condition("exceptWhen"),
      ...(clause.retry !== undefined && { retry: retryPlan(clause.retry, "/catch/retry", site, [as]) }),
      ...(clause.do !== undefined && { do: site.list(clause.do, "/catch/do", [as]) }),
      ...(clause.then !== undefined && { directive: clause.then }),
    };
  },

  run(run) {
    const limitMs = attemptLimit(run);
    run.frame.data = { retries: 0 } satisfies Data;
    attempt(run, limitMs);
  },

  /** A timer: the delay before a retry is over, or the attempt has taken too long. */
  report(run, report) {
    const data = run.frame.data as Data;
    if (report.id === data.delay) {
      retry(run, attemptLimit(run));
      delete data.delay;
      return;
    }
    delete data.attempt;
    cancelBelow(run.machine, run.id);
    const instance = run.node.pointer;
    const error = standardError("timeout", "The attempt took longer than its limit", { instance });
    if (!caught(run, error)) throw new WorkflowFault(error);
  },

  childCompleted(run, child, ended) {
    const { plan, frame } = run;
    const { catching } = frame.data as Data;
    const list = catching ? plan.do! : plan.try;
    if (run.follow(list, child, ended)) return;
    endAttempt(run);
    run.complete(ended.output, catching ? plan.directive : undefined);
  },

  childFaulted(run, _child, error) {
    return !(run.frame.data as Data).catching && caught(run, error);
  },
};

/** How long an attempt that begins now may take; null: as long as it likes. */
function attemptLimit(run: TaskRun<Plan>): number | null {
  const limit = run.plan.retry?.attempt;
  delete run.frame.variables;
  return limit === undefined ? null : run.duration(limit);
}

function attempt(run: TaskRun<Plan>, limitMs: number | null): void {
  const { plan, frame } = run;
  if (!run.enter(plan.try)) run.complete(run.input);
  else if (limitMs !== null) (frame.data as Data).attempt = run.startTimer(limitMs);
}

/** The record says when the attempt begins, not when it was decided on: `retriedAt` is when "the task has been retried". */
function retry(run: TaskRun<Plan>, limitMs: number | null): void {
  run.machine.record("task.retried", { task: run.frame.task, run: run.id });
  attempt(run, limitMs);
}

function endAttempt(run: TaskRun<Plan>): void {
  const data = run.frame.data as Data;
  if (data.attempt !== undefined) run.machine.cancel(data.attempt);
  delete data.attempt;
}

/** Ruling 18: conditions see the error as `.` and by its name, and the task's input as `$input`. */
function caught(run: TaskRun<Plan>, error: WorkflowError): boolean {
  const { plan, frame } = run;
  endAttempt(run);
  const value = asJson(error);
  if (!passes(plan.filter, error)) return false;
  frame.variables = { [plan.as]: value };
  if (plan.when !== undefined && !run.test(plan.when, value)) return false;
  if (plan.exceptWhen !== undefined && run.test(plan.exceptWhen, value)) return false;
  return retried(run, value) || handled(run);
}

function passes(filter: JsonObject, error: WorkflowError): boolean {
  const found = error as unknown as Record<string, Json | undefined>;
  return Object.entries(filter).every(([name, wanted]) =>
    name === "type" ? foldErrorType(String(wanted)) === foldErrorType(error.type) : wanted === found[name],
  );
}

function retried(run: TaskRun<Plan>, error: Json): boolean {
  const { plan, frame } = run;
  const data = frame.data as Data;
  const delay = plan.retry === undefined ? null : retryDelay(run, plan.retry, data.retries + 1, error);
  if (delay === null) return false;
  const limitMs = delay > 0 ? null : attemptLimit(run);
  data.retries++;
  delete frame.variables;
  if (delay > 0) data.delay = run.startTimer(delay);
  else retry(run, limitMs);
  return true;
}

function handled(run: TaskRun<Plan>): boolean {
  const { plan, frame } = run;
  if (plan.do === undefined && plan.directive === undefined && plan.retry !== undefined) return false;
  (frame.data as Data).catching = true;
  if (plan.do === undefined || !run.enter(plan.do)) run.complete(run.input, plan.directive);
  return true;
}
