import type { EventBody, WorkflowEvent } from "../../workflow/event.ts";
import type { Connection, Row, Statement } from "./store.ts";

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
}

/** The append-only journal and the snapshots that shorten its replay. */
export class Journal {
  /** The position of the last event written. */
  position: number;
  readonly #append: Statement;
  readonly #after: Statement<JournalRow>;
  readonly #page: Statement<JournalRow>;
  readonly #pageOfOne: Statement<JournalRow>;
  readonly #forget: Statement;
  readonly #snapshot: Statement<{ position: number; state: string }>;
  readonly #saveSnapshot: Statement;
  readonly #dropSnapshot: Statement;
  readonly #saveMark: Statement;

  constructor(connection: Connection) {
    const columns = "position, execution, at, tasks, event, records";
    this.position = Number(
      connection
        .prepare(
          `SELECT max(coalesce((SELECT max(position) FROM journal), 0),
                      coalesce((SELECT value FROM meta WHERE name = 'position'), 0)) AS position`,
        )
        .get()?.["position"] ?? 0,
    );
    this.#append = connection.prepare(`INSERT INTO journal (${columns}) VALUES (?, ?, ?, ?, ?, ?)`);
    this.#after = connection.prepare(
      `SELECT ${columns} FROM journal WHERE execution = +? AND position > +? ORDER BY position LIMIT +?`,
    );
    this.#page = connection.prepare(
      `SELECT ${columns} FROM journal WHERE position >= +? AND position < +? AND at >= +? AND records IS NOT NULL
       ORDER BY position`,
    );
    this.#pageOfOne = connection.prepare(
      `SELECT ${columns} FROM journal WHERE execution = +? AND position >= +? ORDER BY position LIMIT +?`,
    );
    this.#forget = connection.prepare("DELETE FROM journal WHERE execution = ?");
    this.#snapshot = connection.prepare("SELECT position, state FROM snapshots WHERE execution = ?");
    this.#saveSnapshot = connection.prepare("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?)");
    this.#dropSnapshot = connection.prepare("DELETE FROM snapshots WHERE execution = ?");
    this.#saveMark = connection.prepare("INSERT OR REPLACE INTO meta VALUES ('position', ?)");
  }

  append(execution: number, at: number, tasks: number, event: string | null, records: string | null): number {
    const position = this.position + 1;
    this.#append.run(position, execution, at, tasks, event, records);
    this.position = position;
    return position;
  }

  /** The events of one execution after a position, oldest first. */
  after(execution: number, position: number, limit: number): JournalRow[] {
    return this.#after.all(execution, position, limit);
  }

  /** The rows with records from one position to before another, of events at or after `since`. */
  page(from: number, to: number, since: number): JournalRow[] {
    return this.#page.all(from, to, since);
  }

  /** The rows of one execution from a position on. */
  pageOf(execution: number, from: number, limit: number): JournalRow[] {
    return this.#pageOfOne.all(execution, from, limit);
  }

  snapshot(execution: number): { position: number; state: string } | undefined {
    return this.#snapshot.get(execution);
  }

  saveSnapshot(execution: number, position: number, state: string): void {
    this.#saveSnapshot.run(execution, position, state);
  }

  dropSnapshot(execution: number): void {
    this.#dropSnapshot.run(execution);
  }

  /**
   * Removes an execution's rows; their positions are never given out again, so that cursors keep their
   * meaning.
   */
  forget(execution: number): void {
    this.#saveMark.run(this.position);
    this.#forget.run(execution);
    this.#dropSnapshot.run(execution);
  }
}

/** The event of a row that is not the first of its execution. */
export function eventOf(row: JournalRow): WorkflowEvent {
  return { ...(JSON.parse(row.event ?? "null") as EventBody), at: row.at };
}
