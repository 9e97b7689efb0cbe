import type { ExecutionStatus } from "../../workflow/lifecycle.ts";
import { statuses, statusNumber } from "./executions.ts";
import type { Connection, Statement } from "./store.ts";

export interface ListFilter {
  /** Keys of revisions; absent: any. */
  readonly revisions: readonly number[] | undefined;
  /** Empty: any. */
  readonly status: readonly ExecutionStatus[];
}

/** The executions of one revision and status, which an index holds in order, by the newest of them. */
interface Run {
  readonly revision: number;
  readonly status: number;
  readonly newest: number;
}

const everyStatus = JSON.stringify(statuses.map((_, number) => number));

/**
 * Finds the newest executions. The time depends on how many are asked for and on how many revisions the filter
 * names, never on how many executions there are: every filter is a merge of runs that an index holds in order.
 */
export class Listing {
  readonly #all: Statement<{ key: number }>;
  readonly #ofStatus: Statement<{ key: number }>;
  readonly #ofRun: Statement<{ key: number }>;
  readonly #runs: Statement<Run & Record<string, number>>;

  constructor(connection: Connection) {
    this.#all = connection.prepare("SELECT key FROM executions ORDER BY key DESC LIMIT +?");
    this.#ofStatus = connection.prepare(
      "SELECT key FROM executions WHERE status = +? AND key > +? ORDER BY key DESC LIMIT +?",
    );
    this.#ofRun = connection.prepare(
      "SELECT key FROM executions WHERE revision = +? AND status = +? AND key > +? ORDER BY key DESC LIMIT +?",
    );
    this.#runs = connection.prepare(
      `SELECT * FROM (SELECT r.value AS revision, s.value AS status, (SELECT key FROM executions e
         WHERE e.revision = r.value AND e.status = s.value ORDER BY key DESC LIMIT 1) AS newest
         FROM json_each(?) r, json_each(?) s)
       WHERE newest IS NOT NULL ORDER BY newest DESC LIMIT +?`,
    );
  }

  /** Keys, newest first. */
  newest({ revisions, status }: ListFilter, limit: number): number[] {
    if (!revisions && status.length === 0) return this.#all.all(limit).map(({ key }) => key);
    const numbers = [...new Set(status.map(statusNumber))];
    const newest = new Newest(limit);
    if (!revisions) {
      for (const number of numbers) newest.add(this.#ofStatus.all(number, newest.floor, limit));
      return newest.keys;
    }
    const wanted = numbers.length === 0 ? everyStatus : JSON.stringify(numbers);
    // Of all others even the newest is older than `limit` executions.
    for (const run of this.#runs.all(JSON.stringify(revisions), wanted, limit)) {
      if (run.newest <= newest.floor) break;
      newest.add(this.#ofRun.all(run.revision, run.status, newest.floor, limit));
    }
    return newest.keys;
  }
}

/** The highest keys of all that were added. */
class Newest {
  keys: number[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What is not above it is of no interest. */
  get floor(): number {
    return this.keys[this.#limit - 1] ?? 0;
  }

  add(rows: readonly { readonly key: number }[]): void {
    if (rows.length === 0) return;
    const keys = rows.map(({ key }) => key);
    this.keys = this.keys.length === 0 ? keys : this.keys.concat(keys).sort((a, b) => b - a);
    this.keys.length = Math.min(this.keys.length, this.#limit);
  }
}
