import type { Retain } from "../../src/engine/sqlite/options.ts";
import type { SimulatedStore } from "./store.ts";
import { must } from "./violation.ts";
import type { Witness } from "./witness.ts";

/** What of the server's life says whether an execution may go. */
export interface Keeping {
  readonly retain: () => Retain | undefined;
  readonly now: () => number;
}

/** Executions that are gone: each must have ended, and either somebody asked for it or it was kept for long enough. */
export class Gone {
  readonly #keys = new Set<number>();
  /** Of which the deletion was asked for: at any time from now on they may not be there any more. */
  readonly #doomed = new Set<number>();
  readonly #ids = new Set<string>();
  readonly #store: SimulatedStore;
  readonly #keeping: Keeping;
  /** Executions with an activity in flight, and those that had ended, as of the last look. */
  #busy: ReadonlySet<number> = new Set();
  #ended: ReadonlySet<number> = new Set();

  constructor(store: SimulatedStore, keeping: Keeping) {
    this.#store = store;
    this.#keeping = keeping;
  }

  /** Whether an execution of this id may be missing. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }

  hasKey(key: number): boolean {
    return this.#keys.has(key) || this.#doomed.has(key);
  }

  get count(): number {
    return this.#keys.size;
  }

  /** Its deletion is asked for. */
  doom({ about }: Witness): void {
    this.#doomed.add(about.key);
    this.#ids.add(about.id);
  }

  /** After a commit. */
  look(witnesses: ReadonlyMap<number, Witness>): void {
    const rows = this.#store.query<{ key: number; ended_at: number | null }>(
      "SELECT key, ended_at FROM executions",
    );
    const there = new Set(rows.map(({ key }) => key));
    const missing = [...witnesses.values()].filter(
      ({ about: { key } }) => !there.has(key) && !this.#keys.has(key),
    );
    const asked = missing.filter(({ about }) => this.#doomed.has(about.key)).length;
    for (const witness of missing) {
      this.#check(witness, rows, asked);
      this.#keys.add(witness.about.key);
      this.#ids.add(witness.about.id);
    }
    const busy = this.#store.query<{ execution: number }>("SELECT DISTINCT execution FROM activities");
    for (const { execution } of busy)
      must(there.has(execution), "An activity is left of an execution that is gone");
    this.#busy = new Set(busy.map(({ execution }) => execution));
    this.#ended = new Set(rows.filter((row) => row.ended_at !== null).map(({ key: ended }) => ended));
  }

  #check(
    { about, ended, endedAt }: Witness,
    rows: readonly { key: number; ended_at: number | null }[],
    asked: number,
  ): void {
    const { key, id } = about;
    must(ended, "An execution went that had not ended", id);
    const left = this.#store.query("SELECT 1 FROM journal WHERE execution = ? LIMIT 1", key);
    const noted = this.#store.query("SELECT 1 FROM removals WHERE execution = ?", key);
    must(left.length === 0 || noted.length === 1, "The journal of a removed execution is forgotten", id);
    if (this.#doomed.has(key)) return;
    const retain = this.#keeping.retain();
    must(retain, "An execution is lost", id);
    must(!this.#busy.has(key), "An execution went while an activity of it was under way", id);
    if ("ageMs" in retain) {
      const age = this.#keeping.now() - endedAt;
      must(age >= retain.ageMs, "An execution went before its time", { id, age, ...retain });
      return;
    }
    const kept = rows.filter((row) => row.ended_at !== null);
    must(kept.length + asked >= retain.count, "More executions went than are too many", {
      id,
      kept: kept.length,
      ...retain,
    });
    const before = kept.filter((row) => this.#ended.has(row.key) && !this.#busy.has(row.key));
    const older = before.filter((row) => (row.ended_at ?? 0) < endedAt);
    must(older.length === 0, "An execution went before an older one", { id, endedAt, older });
  }
}
