import { childId } from "../../src/engine/sqlite/children.ts";
import { statuses } from "../../src/engine/sqlite/executions.ts";
import type { LifecycleRecord } from "../../src/workflow/lifecycle.ts";
import { Programs } from "./programs.ts";
import type { SimulatedStore } from "./store.ts";
import { must, mustEqual } from "./violation.ts";
import { type Beginning, type JournalEntry, Witness } from "./witness.ts";

interface Standing {
  readonly status: number;
  readonly due: number;
  readonly ended_at: number | null;
  readonly outcome: string | null;
}

/** All that is durable, read after every commit and held against what the events alone lead to. */
export class Ledger {
  readonly witnesses = new Map<number, Witness>();
  /** Every record ever written, in order. */
  readonly records: {
    readonly cursor: string;
    readonly execution: string;
    readonly record: LifecycleRecord;
  }[] = [];
  readonly deleted = new Set<string>();
  readonly programs = new Programs();
  readonly emitted: { readonly source: string; readonly id: string }[] = [];
  commits = 0;
  readonly #store: SimulatedStore;
  readonly #version: () => string;
  #position = 0;

  constructor(store: SimulatedStore, version: () => string) {
    this.#store = store;
    this.#version = version;
  }

  byId(id: string): Witness | undefined {
    return this.witnesses.values().find(({ about }) => about.id === id && !this.deleted.has(id));
  }

  /** Something was committed, or came back. */
  read(): void {
    this.commits += 1;
    if (!this.#store.query("SELECT 1 FROM sqlite_schema WHERE name = 'journal'").length) return;
    const entries = this.#store.query<JournalEntry>(
      "SELECT position, execution, at, tasks, event, records FROM journal WHERE position > ? ORDER BY position",
      this.#position,
    );
    const touched = new Set<Witness>();
    for (const entry of entries) {
      const witness = this.#witness(entry.execution);
      const before = witness.records.length;
      witness.take(entry, this.#version());
      touched.add(witness);
      const told = witness.records.slice(before);
      this.records.push(...told.map((one) => ({ ...one, execution: witness.about.id })));
      this.#checkSnapshot(witness, entry.position);
      this.#position = entry.position;
    }
    for (const witness of touched) this.check(witness);
  }

  /** What the tables say of an execution is what its events lead to. */
  check(witness: Witness): void {
    const { key, id } = witness.about;
    const { state } = witness;
    const [row] = this.#store.query<Standing & { id: string }>(
      "SELECT id, status, due, ended_at, outcome FROM executions WHERE key = ?",
      key,
    );
    if (this.deleted.has(id)) return;
    must(row && state, "An execution is lost", id);
    mustEqual(statuses[row.status], state.status, `The status of "${id}" is wrong`);
    must((row.due === 1) === (!witness.ended && witness.goesOn), `"${id}" is due or not, wrongly`, row);
    const outcome = row.outcome === null ? undefined : JSON.parse(row.outcome);
    mustEqual(outcome, state.outcome, `The outcome of "${id}" is wrong`);
    must((row.ended_at !== null) === witness.ended, `"${id}" has ended or not, wrongly`);
    this.#checkTables(witness);
  }

  /** The events of a source and id are there once. */
  holdsEvent(source: string, id: string): boolean {
    const [row] = this.#store.query<{ count: number }>(
      "SELECT count(*) AS count FROM events WHERE source = ? AND id = ?",
      source,
      id,
    );
    return row?.count === 1;
  }

  /** How many executions have not ended, by status. */
  live(): Map<string, number> {
    const rows = this.#store.query<{ status: number; count: number }>(
      "SELECT status, count(*) AS count FROM executions WHERE ended_at IS NULL GROUP BY status",
    );
    return new Map(rows.map(({ status, count }) => [statuses[status] ?? "", count]));
  }

  /** How much is in the store that has to lead to something. */
  underWay(): { readonly activities: number; readonly due: number; readonly deliveries: number } {
    const [row] = this.#store.query<{ activities: number; due: number; deliveries: number }>(
      `SELECT (SELECT count(*) FROM activities) AS activities, (SELECT count(*) FROM deliveries) AS deliveries,
              (SELECT count(*) FROM executions WHERE due = 1) AS due`,
    );
    return row!;
  }

  /** The row of an activity that may run now. */
  inFlight(executionId: string, activity: string): boolean {
    const rows = this.#store.query(
      "SELECT 1 FROM activities a JOIN executions e ON e.key = a.execution WHERE e.id = ? AND a.activity = ?",
      executionId,
      activity,
    );
    return rows.length === 1;
  }

  #witness(key: number): Witness {
    const known = this.witnesses.get(key);
    if (known) return known;
    const [about] = this.#store.query<Omit<Beginning, "key">>(
      `SELECT e.id, e.seed, e.input, e.child, e.parent_key, r.text FROM executions e
       JOIN revisions r ON r.key = e.revision WHERE e.key = ?`,
      key,
    );
    must(about, "Events of an execution that is not there", key);
    const witness = new Witness({ key, ...about }, this.programs);
    this.witnesses.set(key, witness);
    return witness;
  }

  #checkSnapshot({ about, state }: Witness, position: number): void {
    const [snapshot] = this.#store.query<{ state: string }>(
      "SELECT state FROM snapshots WHERE execution = ? AND position = ?",
      about.key,
      position,
    );
    if (snapshot) {
      must(snapshot.state === JSON.stringify(state), "A snapshot is not what the events lead to", about.id);
    }
  }

  #checkTables(witness: Witness): void {
    const { key, id } = witness.about;
    const timers = this.#store.query<{ timer: string; at: number }>(
      "SELECT timer, at FROM timers WHERE execution = ? ORDER BY timer",
      key,
    );
    const expected = [...witness.timers].map(([timer, at]) => ({ timer, at }));
    expected.sort((a, b) => (a.timer < b.timer ? -1 : 1));
    mustEqual(timers, expected, `The timers of "${id}" are wrong`);
    const activities = this.#store.query<{ activity: string }>(
      "SELECT activity FROM activities WHERE execution = ? AND detached = 0 ORDER BY activity",
      key,
    );
    const awaited = [...witness.inFlight]
      .filter(([, { detached }]) => !detached)
      .map(([activity]) => activity);
    mustEqual(
      activities.map(({ activity }) => activity),
      awaited.sort(),
      `The activities of "${id}" are wrong`,
    );
    const snapshots = this.#store.query("SELECT 1 FROM snapshots WHERE execution = ?", key).length;
    must(!witness.ended || snapshots === 0, `"${id}" has ended, and its snapshot is still there`);
    for (const { source, id: event } of witness.emitted.splice(0)) {
      must(this.holdsEvent(`${source}`, `${event}`), `An event of "${id}" is lost`, event);
      this.emitted.push({ source: `${source}`, id: `${event}` });
    }
    this.#checkChildren(witness);
  }

  /** Who was started has a row, unless its start was refused, which is then told. */
  #checkChildren({ about, children, state }: Witness): void {
    if (state?.outcome) return;
    for (const [child, standing] of children) {
      if (standing !== "awaited" && standing !== "given-up") continue;
      const id = childId(about.id, child);
      const [row] = this.#store.query<{ ended_at: number | null }>(
        "SELECT ended_at FROM executions WHERE id = ?",
        id,
      );
      const told = this.#store.query(
        "SELECT 1 FROM deliveries WHERE execution = ? AND event LIKE ?",
        about.key,
        `%"${child}"%`,
      );
      if (standing === "awaited" && (!row || row.ended_at !== null) && !this.deleted.has(id)) {
        must(told.length === 1, "The end of a child is not told, or twice", { id, told: told.length });
      }
    }
  }
}
