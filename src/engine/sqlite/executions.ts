import type { Json } from "../../expression/json.ts";
import type { Outcome } from "../../workflow/event.ts";
import type { ExecutionStatus } from "../../workflow/lifecycle.ts";
import type { Connection, Row, Statement } from "./store.ts";
import { damaged, isWhole, sumOf } from "./sum.ts";

/** Numbers of the statuses in the store: never reordered, only added to. */
export const statuses: readonly ExecutionStatus[] = [
  "pending",
  "running",
  "waiting",
  "suspended",
  "cancelled",
  "faulted",
  "completed",
];
const statusNumbers = new Map(statuses.map((status, number) => [status, number]));
export const statusNumber = (status: ExecutionStatus): number => statusNumbers.get(status) ?? 0;

/** The numbers of those that have not ended. */
const live = ["pending", "running", "waiting", "suspended"] as const;

/** Whom a record is about. */
export interface Subject {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
}

export interface ExecutionRow extends Row {
  readonly key: number;
  readonly id: string;
  readonly revision: number;
  readonly status: number;
  readonly due: number;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly seed: number;
  /** Says whether two starts with one id are the same request. */
  readonly request: string;
  readonly parent: string | null;
  readonly parent_key: number | null;
  readonly child: string | null;
  readonly depth: number;
  readonly input: string;
  readonly outcome: string | null;
  /** A `traceparent`. */
  readonly trace: string | null;
  readonly sum: number | null;
  readonly end_sum: number | null;
  /** Of the pinned revision. */
  readonly hash: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
}

/** What a start writes, beside what the first slice changes. */
export interface NewExecution {
  readonly key: number;
  readonly id: string;
  readonly startedAt: number;
  readonly seed: number;
  readonly request: string;
  readonly parent: string | null;
  readonly parentKey: number | null;
  readonly child: string | null;
  readonly depth: number;
  /** JSON. */
  readonly input: string;
  readonly trace: string | null;
}

/** What a slice changes. */
export interface Standing {
  readonly status: ExecutionStatus;
  readonly due: boolean;
  readonly endedAt: number | null;
  readonly outcome: Outcome | undefined;
}

const joined = `SELECT e.*, r.revision AS hash, r.namespace, r.name, r.version
  FROM executions e JOIN revisions r ON r.key = e.revision`;

/** The table of executions. */
export class Executions {
  #lastKey: number;
  readonly #connection: Connection;
  readonly #saveMark: Statement;
  readonly #insert: Statement;
  readonly #update: Statement;
  readonly #byKey: Statement<ExecutionRow>;
  readonly #byId: Statement<ExecutionRow>;
  readonly #subject: Statement<Subject>;
  readonly #keyOf: Statement<{ key: number }>;
  readonly #endedAt: Statement<{ ended_at: number | null }>;
  readonly #hash: Statement<{ hash: string }>;
  readonly #awaited: Statement<{ key: number }>;
  readonly #delete: Statement;
  readonly #counted: Statement<{ count: number }>;

  constructor(connection: Connection) {
    this.#connection = connection;
    const last = `SELECT max(coalesce((SELECT max(key) FROM executions), 0),
      coalesce((SELECT value FROM meta WHERE name = 'execution'), 0)) AS key`;
    this.#lastKey = Number(connection.prepare(last).get()?.["key"] ?? 0);
    this.#saveMark = connection.prepare("INSERT OR REPLACE INTO meta VALUES ('execution', ?)");
    this.#insert = connection.prepare(
      `INSERT INTO executions (key, id, revision, status, due, started_at, ended_at, seed, request, parent, parent_key,
       child, depth, input, outcome, trace, sum, end_sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#update = connection.prepare(
      "UPDATE executions SET status = ?, due = ?, ended_at = ?, outcome = ?, end_sum = ? WHERE key = ?",
    );
    this.#byKey = connection.prepare(`${joined} WHERE e.key = +?`);
    this.#byId = connection.prepare(`${joined} WHERE e.id = +?`);
    this.#subject = connection.prepare(
      `SELECT e.id, r.namespace, r.name, r.version FROM executions e JOIN revisions r ON r.key = e.revision
       WHERE e.key = +?`,
    );
    this.#keyOf = connection.prepare("SELECT key FROM executions WHERE id = ?");
    this.#counted = connection.prepare(
      "SELECT count(*) AS count FROM (SELECT 1 FROM executions WHERE status = +? LIMIT 1000000)",
    );
    this.#endedAt = connection.prepare("SELECT ended_at FROM executions WHERE key = ?");
    this.#hash = connection.prepare(
      "SELECT r.revision AS hash FROM executions e JOIN revisions r ON r.key = e.revision WHERE e.key = +?",
    );
    this.#awaited = connection.prepare(
      "SELECT key FROM executions WHERE parent_key = +? AND parent_key IS NOT NULL AND ended_at IS NULL",
    );
    this.#delete = connection.prepare("DELETE FROM executions WHERE key = ?");
  }

  nextKey(): number {
    this.#lastKey += 1;
    return this.#lastKey;
  }

  /** `revision` is the key of the definition it is pinned to. */
  insert(execution: NewExecution, revision: number, standing: Standing): void {
    const { key, id, startedAt, seed, request, parent, parentKey, child, depth, input, trace } = execution;
    const { status, due, endedAt, outcome } = standing;
    const stands = [statusNumber(status), Number(due), startedAt, endedAt, seed] as const;
    const ended = outcome ? JSON.stringify(outcome) : null;
    const family = [parent, parentKey, child, depth] as const;
    const sum = sumOf(key, id, revision, startedAt, seed, request, ...family, input, trace);
    const sums = [sum, endSum(key, endedAt, ended)] as const;
    this.#insert.run(key, id, revision, ...stands, request, ...family, input, ended, trace, ...sums);
  }

  update(key: number, { status, due, endedAt, outcome }: Standing): void {
    const ended = outcome ? JSON.stringify(outcome) : null;
    const sum = endSum(key, endedAt, ended);
    this.#update.run(statusNumber(status), Number(due), endedAt, ended, sum, key);
  }

  byKey(key: number): ExecutionRow | undefined {
    return this.#byKey.get(key);
  }

  byId(id: string): ExecutionRow | undefined {
    return this.#byId.get(id);
  }

  keyOf(id: string): number | undefined {
    return this.#keyOf.get(id)?.key;
  }

  /** Of the definition that it is pinned to. */
  hashOf(key: number): string | undefined {
    return this.#hash.get(key)?.hash;
  }

  /** The keys of the children that an execution awaits. */
  awaitedBy(key: number): number[] {
    return this.#awaited.all(key).map((row) => row.key);
  }

  /** Whether nothing will happen to it any more: it has ended, or is not there. */
  isOver(key: number): boolean {
    return this.#endedAt.get(key)?.ended_at !== null;
  }

  subject(key: number): Subject | undefined {
    return this.#subject.get(key);
  }

  /** Within a transaction. Its key is never given out again: what may still be under way to it finds nobody. */
  delete(key: number): void {
    this.#saveMark.run(this.#lastKey);
    this.#delete.run(key);
  }

  /** The rows of these keys, and no more after `lengthLimit` characters of input and outcome. */
  rows(keys: readonly number[], lengthLimit: number): ExecutionRow[] {
    const rows: ExecutionRow[] = [];
    let length = 0;
    for (const key of keys) {
      const row = this.byKey(key);
      if (length > lengthLimit) break;
      // Of one that is damaged the revision may not be found.
      if (!row) continue;
      length += row.input.length + (row.outcome?.length ?? 0);
      rows.push(row);
    }
    return rows;
  }

  /** The keys of executions that have a slice to run: after a restart they go on. */
  due(): number[] {
    const rows = this.#connection.prepare<{ key: number }>("SELECT key FROM executions WHERE due = 1").all();
    return rows.map(({ key }) => key);
  }

  /** Counts what has ended, by status: up to a million of each, which takes some 30 ms. */
  ended(): Partial<Record<ExecutionStatus, number>> {
    const counts = ["cancelled", "faulted", "completed"] as const;
    const count = (status: ExecutionStatus) => Number(this.#counted.get(statusNumber(status))?.count);
    return Object.fromEntries(
      counts.map((status) => [status, count(status)]).filter(([, number]) => number !== 0),
    );
  }

  /** Counts what has not ended, by status. */
  live(): Map<ExecutionStatus, number> {
    const rows = this.#connection
      .prepare<{ status: number; count: number }>(
        `SELECT status, count(*) AS count FROM executions WHERE status IN (${live.map(statusNumber)}) GROUP BY status`,
      )
      .all();
    return new Map(rows.map(({ status, count }) => [statuses[status] as ExecutionStatus, count]));
  }
}

/** Of what its end wrote; null while there is none. */
const endSum = (key: number, endedAt: number | null, outcome: string | null) =>
  outcome === null ? null : sumOf(key, endedAt, outcome);

/** Throws `data_loss`. */
export function outcomeOf(row: ExecutionRow): Outcome | undefined {
  const { id, outcome } = row;
  if (!isWholeEnd(row)) throw damaged(`The end of the execution "${id}"`);
  return outcome === null ? undefined : (JSON.parse(outcome) as Outcome);
}

/** Throws `data_loss`. */
export function inputOf(row: ExecutionRow): Json {
  checkBeginning(row);
  return JSON.parse(row.input) as Json;
}

/** Throws `data_loss` unless a row holds what was written to it, both as the execution began and as it ended. */
export function checkWhole(row: ExecutionRow): void {
  checkBeginning(row);
  if (!isWholeEnd(row)) throw damaged(`The end of the execution "${row.id}"`);
}

function checkBeginning(row: ExecutionRow): void {
  if (!isWholeBeginning(row)) throw damaged(`The beginning of the execution "${row.id}"`);
}

export const isWholeRow = (row: ExecutionRow) => isWholeBeginning(row) && isWholeEnd(row);

export function isWholeBeginning(row: ExecutionRow): boolean {
  const {
    sum,
    key,
    id,
    revision,
    started_at,
    seed,
    request,
    parent,
    parent_key,
    child,
    depth,
    input,
    trace,
  } = row;
  const family = [parent, parent_key, child, depth] as const;
  return isWhole(sum, key, id, revision, started_at, seed, request, ...family, input, trace);
}

export const isWholeEnd = ({ key, ended_at, outcome, end_sum }: ExecutionRow) =>
  isWhole(end_sum, key, ended_at, outcome);
