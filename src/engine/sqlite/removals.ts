import type { Activities } from "./activities.ts";
import type { Catalog } from "./catalog.ts";
import type { Executions } from "./executions.ts";
import type { Journal } from "./journal.ts";
import type { Connection, Statement } from "./store.ts";

/** What one commit may remove: deleting a long journal at once would keep everybody else waiting. */
export class Bite {
  #rows: number;
  #bytes: number;

  constructor(rows: number, bytes: number) {
    this.#rows = rows;
    this.#bytes = bytes;
  }

  get rows(): number {
    return this.#bytes > 0 ? this.#rows : 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  take(rows: number, bytes: number): void {
    this.#rows -= rows;
    this.#bytes -= bytes;
  }
}

interface Stored {
  readonly key: number;
  readonly revision: number;
  readonly bytes: number;
}

/**
 * Removes executions for good. One is gone with the commit that takes its row; what its journal has beyond one bite
 * is removed bite by bite, and after a restart from where that was. All methods are called within a transaction.
 */
export class Removals {
  readonly #journal: Journal;
  readonly #activities: Activities;
  readonly #catalog: Catalog;
  readonly #executions: Executions;
  readonly #stored: Statement<Stored & Record<string, number>>;
  readonly #insert: Statement;
  readonly #first: Statement<{ execution: number }>;
  readonly #delete: Statement;

  constructor(
    connection: Connection,
    parts: { journal: Journal; activities: Activities; catalog: Catalog; executions: Executions },
  ) {
    this.#journal = parts.journal;
    this.#activities = parts.activities;
    this.#catalog = parts.catalog;
    this.#executions = parts.executions;
    this.#stored = connection.prepare(
      `SELECT key, revision, octet_length(input) + coalesce(octet_length(outcome), 0) AS bytes
       FROM executions WHERE key = ?`,
    );
    this.#insert = connection.prepare("INSERT INTO removals VALUES (?)");
    this.#first = connection.prepare("SELECT execution FROM removals LIMIT 1");
    this.#delete = connection.prepare("DELETE FROM removals WHERE execution = ?");
  }

  /** Nobody finds the execution any more. Answers whether some of its journal is left for `continue`. */
  remove(key: number, bite: Bite): boolean {
    const stored = this.#stored.get(key);
    if (!stored) return false;
    bite.take(1, stored.bytes);
    this.#executions.delete(key);
    this.#activities.forget(key);
    this.#journal.dropSnapshot(key);
    this.#catalog.removeIfUnused(stored.revision);
    const complete = this.#journal.remove(key, bite);
    if (!complete) this.#insert.run(key);
    return !complete;
  }

  /** Goes on with what is left; answers whether that is all. */
  continue(bite: Bite): boolean {
    for (;;) {
      const left = this.#first.get();
      if (!left) return true;
      if (!this.#journal.remove(left.execution, bite)) return false;
      this.#delete.run(left.execution);
    }
  }
}
