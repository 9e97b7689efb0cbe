import type { JsonObject } from "../../expression/json.ts";
import type { Connection, Statement } from "./store.ts";

/** CloudEvents, published and emitted: each source and id once, the newest so many. */
export class Inbox {
  #count: number;
  readonly #kept: number;
  readonly #insert: Statement;
  readonly #has: Statement;
  readonly #trim: Statement;

  constructor(connection: Connection, kept: number) {
    this.#kept = kept;
    this.#count = Number(connection.prepare("SELECT count(*) AS count FROM events").get()?.["count"] ?? 0);
    this.#has = connection.prepare("SELECT 1 AS one FROM events WHERE source = ? AND id = ?");
    this.#insert = connection.prepare("INSERT INTO events (source, id, at, event) VALUES (?, ?, ?, ?)");
    this.#trim = connection.prepare(
      `DELETE FROM events WHERE position <= (SELECT position FROM events ORDER BY position DESC LIMIT 1 OFFSET ?)`,
    );
  }

  /** Within a transaction; an event that is there already changes nothing. Whether it was new. */
  insert(event: JsonObject, at: number): boolean {
    const source = String(event["source"]);
    const id = String(event["id"]);
    if (this.#has.get(source, id)) return false;
    this.#insert.run(source, id, at, JSON.stringify(event));
    this.#count += 1;
    // A tenth at a time, so that most events cost no deletion.
    if (this.#count > this.#kept * 1.1) {
      this.#trim.run(this.#kept);
      this.#count = this.#kept;
    }
    return true;
  }
}
