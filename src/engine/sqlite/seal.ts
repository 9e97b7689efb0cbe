import type { Journal } from "./journal.ts";
import { type Connection, type Statement, storeFailure } from "./store.ts";

interface Progress {
  /** Of the last event in the journal. */
  readonly position: number;
  /** Commits without events. */
  readonly others: number;
}

/**
 * How far the store is: a number that every commit makes larger. It is noted down beside the store, which is thereby
 * known, at the next start, to be as far as it was.
 */
export class Seal {
  readonly #connection: Connection;
  readonly #journal: Journal;
  readonly #save: Statement;
  #durable: Progress;
  #next: Progress;
  #before = 0;

  constructor(connection: Connection, journal: Journal) {
    const row = connection.prepare("SELECT value FROM meta WHERE name = 'others'").get();
    this.#connection = connection;
    this.#journal = journal;
    this.#save = connection.prepare("INSERT OR REPLACE INTO meta VALUES ('others', ?)");
    this.#durable = { position: journal.position, others: Number(row?.["value"] ?? 0) };
    this.#next = this.#durable;
  }

  /** Throws `data_loss` when the store was further than it is. */
  check(path: string): void {
    const { position, others } = this.#durable;
    const { mark } = this.#connection;
    if (!mark || mark.last <= position + others) return;
    mark.keepLog();
    throw storeFailure("behind", path);
  }

  /** Within a transaction, first. */
  open(): void {
    this.#before = this.#journal.position;
  }

  /** Within a transaction, last. */
  close(): void {
    const { position, others } = this.#durable;
    if (this.#journal.position !== this.#before) {
      this.#next = { position: this.#journal.position, others };
      return;
    }
    this.#next = { position, others: others + 1 };
    this.#save.run(others + 1);
  }

  /** The transaction is on disk. */
  committed(): void {
    this.#durable = this.#next;
    this.#connection.mark?.write(this.#durable.position + this.#durable.others);
  }
}
