import { childId } from "../../src/engine/sqlite/children.ts";
import { statuses } from "../../src/engine/sqlite/executions.ts";
import type { LifecycleRecord } from "../../src/workflow/lifecycle.ts";
import { Gone, type Keeping } from "./gone.ts";
import { Programs } from "./programs.ts";
import type { Secrecy } from "./secrecy.ts";
import type { SimulatedStore } from "./store.ts";
import { must, mustEqual } from "./violation.ts";
import { type Beginning, type JournalEntry, Witness } from "./witness.ts";

interface Standing {
  readonly status: number;
  readonly due: number;
  readonly ended_at: number | null;
  readonly outcome: string | null;
}

export interface Surroundings extends Keeping {
  readonly secrecy: Secrecy;
  /** CloudEvents that are kept. */
  readonly keptEvents: number;
  /** Whether an activity was ever answered; nobody else tells of the end of one that nobody awaits. */
  readonly answered: (execution: number, activity: string) => boolean;
}

/** All that is durable, read after every commit and held against what the events alone lead to. */
export class Ledger {
  readonly witnesses = new Map<number, Witness>();
  /** Every record ever written, in order. */
  readonly records: {
    readonly cursor: string;
    readonly execution: string;
    readonly key: number;
    readonly record: LifecycleRecord;
  }[] = [];
  readonly gone: Gone;
  readonly programs = new Programs();
  commits = 0;
  readonly #store: SimulatedStore;
  readonly #around: Surroundings;
  #position = 0;

  constructor(store: SimulatedStore, around: Surroundings) {
    this.#store = store;
    this.#around = around;
    this.gone = new Gone(store, around);
  }

  /** The execution with this id that must be there. */
  byId(id: string): Witness | undefined {
    return this.witnesses.values().find(({ about }) => about.id === id && !this.gone.hasKey(about.key));
  }

  /** Something was committed, or came back. */
  read(): void {
    this.commits += 1;
    if (!this.#store.query("SELECT 1 FROM sqlite_schema WHERE name = 'secrets'").length) return;
    const entries = this.#store.query<JournalEntry>(
      "SELECT position, execution, at, tasks, event, records FROM journal WHERE position > ? ORDER BY position",
      this.#position,
    );
    const touched = new Set<Witness>();
    for (const entry of entries) {
      this.#position = entry.position;
      const witness = this.#witness(entry.execution);
      if (!witness) continue;
      const before = witness.records.length;
      witness.take(entry, this.#versionAt(entry.position));
      touched.add(witness);
      const told = witness.records.slice(before);
      const { id: execution, key } = witness.about;
      this.records.push(...told.map((one) => ({ ...one, execution, key })));
      this.#checkSnapshot(witness, entry.position);
      this.#around.secrecy.checkText(entry.event, "the journal");
      this.#around.secrecy.checkText(entry.records, "a record");
    }
    this.gone.look(this.witnesses);
    for (const witness of touched) this.check(witness);
    const [events] = this.#store.query<{ count: number }>("SELECT count(*) AS count FROM events");
    must(
      events!.count <= this.#around.keptEvents * 1.1 + 1,
      "More events are kept than there should be",
      events,
    );
  }

  /** What the tables say of an execution is what its events lead to. */
  check(witness: Witness): void {
    const { key, id } = witness.about;
    const { state } = witness;
    if (this.gone.hasKey(key)) return;
    const [row] = this.#store.query<Standing & { id: string }>(
      "SELECT id, status, due, ended_at, outcome FROM executions WHERE key = ?",
      key,
    );
    must(row && state, "An execution is lost", id);
    mustEqual(statuses[row.status], state.status, `The status of "${id}" is wrong`);
    must((row.due === 1) === (!witness.ended && witness.goesOn), `"${id}" is due or not, wrongly`, row);
    const outcome = row.outcome === null ? undefined : JSON.parse(row.outcome);
    mustEqual(outcome, state.outcome, `The outcome of "${id}" is wrong`);
    must((row.ended_at !== null) === witness.ended, `"${id}" has ended or not, wrongly`);
    must(!witness.ended || row.ended_at === witness.endedAt, `"${id}" did not end when it says`, row);
    this.#checkTables(witness);
  }

  /** The event of a source and id is there once, unless there are enough newer ones. */
  keepsEvent(source: string, id: string): boolean {
    const [row] = this.#store.query<{ count: number; all: number }>(
      'SELECT count(*) AS count, (SELECT count(*) FROM events) AS "all" FROM events WHERE source = ? AND id = ?',
      source,
      id,
    );
    return row!.count === 1 || (row!.count === 0 && row!.all >= this.#around.keptEvents);
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

  /** The key of the execution whose activity may run now. */
  inFlight(executionId: string, activity: string): number | undefined {
    const [row] = this.#store.query<{ key: number }>(
      "SELECT e.key FROM activities a JOIN executions e ON e.key = a.execution WHERE e.id = ? AND a.activity = ?",
      executionId,
      activity,
    );
    return row?.key;
  }

  /** As the store says itself: a replay years later has nothing else. */
  #versionAt(position: number): string {
    const [row] = this.#store.query<{ version: string }>(
      "SELECT version FROM writers WHERE position <= ? ORDER BY position DESC LIMIT 1",
      position,
    );
    return row?.version ?? "";
  }

  /** Undefined for what is left of one that was removed before anybody looked. */
  #witness(key: number): Witness | undefined {
    const known = this.witnesses.get(key);
    if (known) return known;
    const [about] = this.#store.query<Omit<Beginning, "key">>(
      `SELECT e.id, e.seed, e.input, e.child, e.parent_key, r.text FROM executions e
       JOIN revisions r ON r.key = e.revision WHERE e.key = ?`,
      key,
    );
    if (!about) {
      const removed = this.#store.query("SELECT 1 FROM removals WHERE execution = ?", key);
      must(removed.length === 1, "Events of an execution that is not there", key);
      return undefined;
    }
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
    if (!snapshot) return;
    must(snapshot.state === JSON.stringify(state), "A snapshot is not what the events lead to", about.id);
    this.#around.secrecy.checkText(snapshot.state, "a snapshot");
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
    const activities = this.#store.query<{ activity: string; request: string }>(
      "SELECT activity, request FROM activities WHERE execution = ? AND detached = 0 ORDER BY activity",
      key,
    );
    const awaited = [...witness.inFlight]
      .filter(([, { detached }]) => !detached)
      .map(([activity, { request }]) => ({ activity, request: JSON.stringify(request) }));
    awaited.sort((a, b) => (a.activity < b.activity ? -1 : 1));
    mustEqual(activities, awaited, `The activities of "${id}" are wrong`);
    this.#checkDetached(witness);
    const snapshots = this.#store.query("SELECT 1 FROM snapshots WHERE execution = ?", key).length;
    must(!witness.ended || snapshots === 0, `"${id}" has ended, and its snapshot is still there`);
    for (const { source, id: event } of witness.emitted.splice(0)) {
      must(this.keepsEvent(`${source}`, `${event}`), `An event of "${id}" is lost`, event);
    }
    this.#checkChildren(witness);
  }

  /** What nobody awaits outlives its execution. */
  #checkDetached({ about, inFlight }: Witness): void {
    const rows = this.#store.query<{ activity: string }>(
      "SELECT activity FROM activities WHERE execution = ? AND detached = 1",
      about.key,
    );
    const there = new Set(rows.map(({ activity }) => activity));
    for (const [activity, { detached }] of inFlight) {
      if (!detached || there.has(activity)) continue;
      must(
        this.#around.answered(about.key, activity),
        "An activity that nobody awaits was dropped",
        activity,
      );
    }
  }

  /** Who was started has a row, unless its start was refused, which is then told. */
  #checkChildren({ about, children, state }: Witness): void {
    if (state?.outcome) return;
    for (const [child, standing] of children) {
      if (standing !== "awaited" && standing !== "given-up") continue;
      const id = childId(about.id, child);
      const [row] = this.#store.query<{ ended_at: number | null }>(
        "SELECT ended_at FROM executions WHERE id = ? AND parent_key = ?",
        id,
        about.key,
      );
      const told = this.#store.query(
        "SELECT 1 FROM deliveries WHERE execution = ? AND event LIKE ?",
        about.key,
        `%"${child}"%`,
      );
      if (standing === "awaited" && (!row || row.ended_at !== null)) {
        must(told.length === 1, "The end of a child is not told, or twice", { id, told: told.length });
      }
    }
  }
}
