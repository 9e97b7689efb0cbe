import type { EventBody } from "../../workflow/event.ts";
import type { Connection, Row, Statement } from "./store.ts";

interface DeliveryRow extends Row {
  readonly key: number;
  readonly execution: number;
  readonly event: string;
}

/**
 * Events from one execution to another: written with what caused them, gone with the commit of what they
 * caused.
 */
export class Deliveries {
  #lastKey: number;
  readonly #insert: Statement;
  readonly #delete: Statement;
  readonly #all: Statement<DeliveryRow>;

  constructor(connection: Connection) {
    this.#lastKey = Number(connection.prepare("SELECT max(key) AS key FROM deliveries").get()?.["key"] ?? 0);
    this.#insert = connection.prepare("INSERT INTO deliveries VALUES (?, ?, ?)");
    this.#delete = connection.prepare("DELETE FROM deliveries WHERE key = ?");
    this.#all = connection.prepare("SELECT key, execution, event FROM deliveries ORDER BY key");
  }

  /** Within a transaction; answers its key. */
  insert(execution: number, event: EventBody): number {
    this.#lastKey += 1;
    this.#insert.run(this.#lastKey, execution, JSON.stringify(event));
    return this.#lastKey;
  }

  /** Within a transaction. */
  delete(key: number): void {
    this.#delete.run(key);
  }

  /** What was under way when the store was last closed. */
  pending(): { readonly key: number; readonly execution: number; readonly event: EventBody }[] {
    return this.#all.all().map((row) => ({ ...row, event: JSON.parse(row.event) as EventBody }));
  }
}
