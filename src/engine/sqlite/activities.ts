import type { ActivityPolicy, RunActivity } from "../../activity/activity.ts";
import { standardError, type WorkflowError, WorkflowFault } from "../../dsl/error.ts";
import type { ActivityRequest } from "../../dsl/request.ts";
import type { Json } from "../../expression/json.ts";
import { childTrace } from "../request/trace.ts";
import type { EngineLog } from "./options.ts";
import type { Connection, Statement } from "./store.ts";

/** One activity in flight. */
export interface Flight {
  readonly execution: number;
  readonly executionId: string;
  readonly activity: string;
  readonly task: string;
  /** 1: nobody waits for its result, and it outlives its execution. */
  readonly detached: 0 | 1;
}

export type ActivityResult =
  | { readonly type: "detached-ended"; readonly activity: string }
  | { readonly type: "activity-completed"; readonly activity: string; readonly output: Json }
  | { readonly type: "activity-failed"; readonly activity: string; readonly error: WorkflowError };

interface Running {
  readonly flight: Flight;
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

/** What an activity is run with. */
interface Asked {
  readonly request: ActivityRequest;
  readonly trace: string | null;
  /** All that the request may use, as it was when its turn came. */
  readonly secrets: ReadonlyMap<string, string>;
}

export interface ActivitiesOptions {
  readonly runActivity: RunActivity;
  readonly policy: ActivityPolicy;
  readonly log: EngineLog;
  /** How many run at once. */
  readonly limit: number;
  /** The values of those of these secrets that exist. Throws the store's failures. */
  readonly readSecrets: (names: readonly string[]) => ReadonlyMap<string, string>;
  /** Longest result, in characters of JSON. */
  readonly lengthLimit: number;
  readonly ended: (flight: Flight, result: ActivityResult) => void;
  /** There is room for another: time to `dispatch`. */
  readonly freed: () => void;
}

/**
 * Runs activities, at most so many at once and the executions in turn. All of them stand in the table from
 * the commit that asked for them to the commit of their result; only names are kept in memory. One keeps its
 * slot until its result is committed, so that results cannot pile up either.
 */
export class Activities {
  readonly #options: ActivitiesOptions;
  readonly #insert: Statement;
  readonly #delete: Statement;
  readonly #deleteAll: Statement;
  readonly #forget: Statement;
  readonly #request: Statement<{ request: string; trace: string | null }>;
  readonly #inFlight: Statement<Record<keyof Flight, string | number>>;
  readonly #waiting = new Map<number, Map<string, Flight>>();
  readonly #running = new Map<string, Running>();
  #occupied = 0;
  #stopped = false;

  constructor(connection: Connection, options: ActivitiesOptions) {
    this.#options = options;
    this.#insert = connection.prepare("INSERT OR REPLACE INTO activities VALUES (?, ?, ?, ?, ?)");
    this.#delete = connection.prepare("DELETE FROM activities WHERE execution = ? AND activity = ?");
    this.#deleteAll = connection.prepare("DELETE FROM activities WHERE execution = ? AND detached = 0");
    this.#forget = connection.prepare("DELETE FROM activities WHERE execution = ?");
    this.#request = connection.prepare(
      `SELECT a.request, e.trace FROM activities a LEFT JOIN executions e ON e.key = a.execution
       WHERE a.execution = +? AND a.activity = +?`,
    );
    this.#inFlight = connection.prepare(
      `SELECT a.execution, e.id AS executionId, a.activity, a.task, a.detached
       FROM activities a JOIN executions e ON e.key = a.execution`,
    );
  }

  get running(): number {
    return this.#running.size;
  }

  get waiting(): number {
    return this.#waiting.values().reduce((sum, flights) => sum + flights.size, 0);
  }

  /** Within a transaction. */
  insert({ execution, activity, task, detached }: Flight, request: ActivityRequest): void {
    this.#insert.run(execution, activity, task, detached, JSON.stringify(request));
  }

  /** Within a transaction. */
  delete(execution: number, activity: string): void {
    this.#delete.run(execution, activity);
  }

  /** Within a transaction: the detached ones, too. */
  forget(execution: number): void {
    this.#forget.run(execution);
  }

  /** Within a transaction. */
  deleteAll(execution: number): void {
    this.#deleteAll.run(execution);
  }

  /** Queues all that was in flight when the store was last closed. */
  recover(): void {
    for (const flight of this.#inFlight.all()) this.add(flight as unknown as Flight);
  }

  /** Queues a committed activity; `dispatch` starts it. */
  add(flight: Flight): void {
    const flights = this.#waiting.get(flight.execution) ?? new Map<string, Flight>();
    this.#waiting.set(flight.execution, flights.set(flight.activity, flight));
  }

  /** Its result does not matter any more. */
  cancel(execution: number, activity: string): void {
    const flights = this.#waiting.get(execution);
    if (flights?.delete(activity) && flights.size === 0) this.#waiting.delete(execution);
    this.#running.get(nameOf({ execution, activity }))?.controller.abort();
  }

  /** The execution has ended: only what is detached goes on. */
  cancelAll(execution: number): void {
    for (const { activity, detached } of this.#waiting.get(execution)?.values() ?? []) {
      if (!detached) this.cancel(execution, activity);
    }
    for (const { flight, controller } of this.#running.values()) {
      if (flight.execution === execution && !flight.detached) controller.abort();
    }
  }

  /** Starts what there is room for. */
  dispatch(): void {
    while (!this.#stopped && this.#occupied < this.#options.limit) {
      const flight = this.#next();
      if (!flight) return;
      const asked = this.#read(flight);
      if (asked) this.#run(flight, asked);
    }
  }

  /** The result is committed, or was not wanted: the slot is free. */
  release(): void {
    this.#occupied -= 1;
  }

  /** Cuts off what runs; resolves once it has come to its end. */
  stop(): Promise<unknown> {
    this.#stopped = true;
    for (const { controller } of this.#running.values()) controller.abort();
    return Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  /** What it needs of the store; one that cannot be read now must not cost the activity its turn, or make it fail. */
  #read(flight: Flight): Asked | undefined {
    try {
      const row = this.#request.get(flight.execution, flight.activity);
      if (!row) return undefined;
      const request = JSON.parse(row.request) as ActivityRequest;
      return { request, trace: row.trace, secrets: this.#options.readSecrets(request.secrets ?? []) };
    } catch (error) {
      this.add(flight);
      throw error;
    }
  }

  /** As they stand now; where the store cannot be read, as they stood when the activity began. */
  #secrets(names: readonly string[], before: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    try {
      return this.#options.readSecrets(names);
    } catch {
      return before;
    }
  }

  /** The first activity of the execution whose turn it is. */
  #next(): Flight | undefined {
    for (const [execution, flights] of this.#waiting) {
      this.#waiting.delete(execution);
      for (const [activity, flight] of flights) {
        flights.delete(activity);
        if (flights.size > 0) this.#waiting.set(execution, flights);
        return flight;
      }
    }
    return undefined;
  }

  #run(flight: Flight, asked: Asked): void {
    const controller = new AbortController();
    this.#occupied += 1;
    const done = this.#attempt(flight, asked, controller.signal).then((result) => {
      this.#running.delete(nameOf(flight));
      if (this.#stopped) return;
      if (controller.signal.aborted) {
        this.release();
        this.#options.freed();
      } else this.#options.ended(flight, flight.detached ? detachedEnd(flight) : result);
    });
    this.#running.set(nameOf(flight), { flight, controller, done });
  }

  async #attempt(
    flight: Flight,
    { request, trace, secrets }: Asked,
    signal: AbortSignal,
  ): Promise<ActivityResult> {
    const { activity, executionId, task } = flight;
    const { runActivity, policy, log, lengthLimit } = this.#options;
    try {
      const output = await runActivity(request, {
        signal,
        policy,
        secrets: async (names) => this.#secrets(names, secrets),
        idempotencyKey: `${executionId}/${activity}`,
        ...(trace !== null && { traceparent: childTrace(trace, `${executionId}/${activity}`) }),
        log: ({ stream, text }) => log("info", text, { execution: executionId, task, stream }),
      });
      if (JSON.stringify(output ?? null).length <= lengthLimit) {
        return { type: "activity-completed", activity, output: output ?? null };
      }
      const error = standardError("runtime", `The result is longer than ${lengthLimit} characters of JSON`);
      return { type: "activity-failed", activity, error };
    } catch (error) {
      if (error instanceof WorkflowFault) return { type: "activity-failed", activity, error: error.error };
      const detail = error instanceof Error ? error.message : String(error);
      if (!signal.aborted) log("error", `An activity broke: ${detail}`, { execution: executionId, task });
      return { type: "activity-failed", activity, error: standardError("runtime", detail) };
    }
  }
}

const detachedEnd = ({ activity }: Flight): ActivityResult => ({ type: "detached-ended", activity });

const nameOf = ({ execution, activity }: Pick<Flight, "execution" | "activity">) =>
  `${execution}/${activity}`;
