import type { Connection, Row } from "./store.ts";

interface Writer extends Row {
  /** Of the first event that this version may have written. */
  readonly position: number;
  readonly version: string;
}

/**
 * Which version of the program wrote which part of the journal. A replay must give what the execution once saw, and
 * `$runtime` tells it the version; and where a replay leads elsewhere, the error says who can go on.
 */
export class Writers {
  readonly #connection: Connection;
  readonly #own: string;
  readonly #writers: Writer[];

  constructor(connection: Connection, own: string) {
    this.#connection = connection;
    this.#own = own;
    this.#writers = connection
      .prepare<Writer>("SELECT position, version FROM writers ORDER BY position")
      .all();
  }

  /** Within a transaction, before anything is written: from `position` on it is this version. */
  begin(position: number): void {
    if (this.#writers.at(-1)?.version === this.#own) return;
    this.#connection.prepare("INSERT OR REPLACE INTO writers VALUES (?, ?)").run(position, this.#own);
    while ((this.#writers.at(-1)?.position ?? -1) >= position) this.#writers.pop();
    this.#writers.push({ position, version: this.#own });
  }

  /** The version that wrote the event at a position; of what was written before this was noted down, our own. */
  versionAt(position: number): string {
    return this.#writers.findLast((writer) => writer.position <= position)?.version ?? this.#own;
  }
}
