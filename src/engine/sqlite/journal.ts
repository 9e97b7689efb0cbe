import type { EventBody, WorkflowEvent } from "../../workflow/event.ts";
import type { Bite } from "./removals.ts";
import type { Connection, Row, Statement } from "./store.ts";
import { damaged, isWhole, sumOf } from "./sum.ts";

/** One event of one execution, and the packed records of what it caused. */
export interface JournalRow extends Row {
  readonly position: number;
  readonly execution: number;
  readonly at: number;
  /** The budget the step had: a replay has the same. */
  readonly tasks: number;
  /** JSON without `at`; null for `started`, which the row of the execution holds. */
  readonly event: string | null;
  readonly records: string | null;
  readonly sum: number | null;
}

export interface Snapshot extends Row {
  /** Of the last event in it, and its instant. */
  readonly position: number;
  readonly at: number | null;
  readonly state: string;
  readonly sum: number | null;
}

/** The append-only journal and the snapshots that shorten its replay. */
export class Journal {
  /** The position of the last event written. */
  position: number;
  readonly #append: Statement;
  readonly #after: Statement<JournalRow>;
  readonly #before: Statement<JournalRow>;
  readonly #page: Statement<JournalRow>;
  readonly #pageOfOne: Statement<JournalRow>;
  readonly #sizes: Statement<{ position: number; bytes: number }>;
  readonly #removeUntil: Statement;
  readonly #snapshot: Statement<Snapshot>;
  readonly #saveSnapshot: Statement;
  readonly #dropSnapshot: Statement;
  readonly #saveMark: Statement;
  readonly #idOf: Statement<{ id: string }>;

  constructor(connection: Connection) {
    const columns = "position, execution, at, tasks, event, records, sum";
    this.position = Number(
      connection
        .prepare(
          `SELECT max(coalesce((SELECT max(position) FROM journal), 0),
                      coalesce((SELECT value FROM meta WHERE name = 'position'), 0)) AS position`,
        )
        .get()?.["position"] ?? 0,
    );
    this.#append = connection.prepare(`INSERT INTO journal (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`);
    this.#after = connection.prepare(
      `SELECT ${columns} FROM journal WHERE execution = +? AND position > +? ORDER BY position LIMIT +?`,
    );
    this.#before = connection.prepare(
      `SELECT ${columns} FROM journal WHERE execution = +? AND position < +? ORDER BY position DESC LIMIT +?`,
    );
    this.#page = connection.prepare(
      `SELECT ${columns} FROM journal WHERE position >= +? AND position < +? AND at >= +? AND records IS NOT NULL
       ORDER BY position`,
    );
    this.#pageOfOne = connection.prepare(
      `SELECT ${columns} FROM journal WHERE execution = +? AND position >= +? ORDER BY position LIMIT +?`,
    );
    this.#sizes = connection.prepare(
      `SELECT position, coalesce(octet_length(event), 0) + coalesce(octet_length(records), 0) AS bytes
       FROM journal WHERE execution = +? ORDER BY position LIMIT +?`,
    );
    this.#removeUntil = connection.prepare("DELETE FROM journal WHERE execution = +? AND position <= +?");
    this.#snapshot = connection.prepare(
      `SELECT s.position, s.state, s.sum, j.at FROM snapshots s LEFT JOIN journal j ON j.position = s.position
       WHERE s.execution = +?`,
    );
    this.#saveSnapshot = connection.prepare("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)");
    this.#dropSnapshot = connection.prepare("DELETE FROM snapshots WHERE execution = ?");
    this.#saveMark = connection.prepare("INSERT OR REPLACE INTO meta VALUES ('position', ?)");
    this.#idOf = connection.prepare("SELECT id FROM executions WHERE key = ?");
  }

  append(execution: number, at: number, tasks: number, event: string | null, records: string | null): number {
    const position = this.position + 1;
    const sum = sumOf(position, execution, at, tasks, event, records);
    this.#append.run(position, execution, at, tasks, event, records, sum);
    this.position = position;
    return position;
  }

  /** The events of one execution after a position, oldest first. */
  after(execution: number, position: number, limit: number): JournalRow[] {
    return this.#checked(this.#after.all(execution, position, limit));
  }

  /** The events of one execution before a position, newest first. */
  before(execution: number, position: number, limit: number): JournalRow[] {
    return this.#checked(this.#before.all(execution, position, limit));
  }

  /** The rows with records from one position to before another, of events at or after `since`. */
  page(from: number, to: number, since: number): JournalRow[] {
    return this.#checked(this.#page.all(from, to, since));
  }

  /** The rows of one execution from a position on. */
  pageOf(execution: number, from: number, limit: number): JournalRow[] {
    return this.#checked(this.#pageOfOne.all(execution, from, limit));
  }

  /** Undefined also for one that is damaged: the events are there. */
  snapshot(execution: number): Snapshot | undefined {
    const found = this.#snapshot.get(execution);
    return found && isWhole(found.sum, execution, found.position, found.state) ? found : undefined;
  }

  saveSnapshot(execution: number, position: number, state: string): void {
    this.#saveSnapshot.run(execution, position, state, sumOf(execution, position, state));
  }

  dropSnapshot(execution: number): void {
    this.#dropSnapshot.run(execution);
  }

  /** Throws `data_loss`. */
  #checked(rows: JournalRow[]): JournalRow[] {
    for (const row of rows) {
      if (isWholeEvent(row)) continue;
      const id = this.#idOf.get(row.execution)?.id ?? row.execution;
      throw damaged(`The journal of the execution "${id}" at ${row.position}`);
    }
    return rows;
  }

  /**
   * Within a transaction: removes rows of an execution, oldest first, one at least and no more than fit into the
   * bite; answers whether none is left. Their positions are never given out again, so that cursors keep their
   * meaning.
   */
  remove(execution: number, bite: Bite): boolean {
    if (bite.rows <= 0) return false;
    const sizes = this.#sizes.all(execution, bite.rows + 1);
    let last: number | undefined;
    let removed = 0;
    for (const { position, bytes } of sizes) {
      if (bite.rows <= 0) break;
      bite.take(1, bytes);
      last = position;
      removed += 1;
    }
    if (last === undefined) return true;
    this.#saveMark.run(this.position);
    this.#removeUntil.run(execution, last);
    return removed === sizes.length;
  }
}

export const isWholeEvent = ({ sum, position, execution, at, tasks, event, records }: JournalRow) =>
  isWhole(sum, position, execution, at, tasks, event, records);

/** The event of a row that is not the first of its execution. */
export function eventOf(row: JournalRow): WorkflowEvent {
  return { ...(JSON.parse(row.event ?? "null") as EventBody), at: row.at };
}
