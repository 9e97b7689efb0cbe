import { Failure } from "../../failure.ts";
import { advance, begin, type Step } from "../../workflow/interpreter.ts";
import type { LifecycleRecord } from "../../workflow/lifecycle.ts";
import { shareData } from "../../workflow/shared-data.ts";
import type { State } from "../../workflow/state.ts";
import type { Revision } from "../request/revision.ts";
import type { Catalog } from "./catalog.ts";
import { type ExecutionRow, type Executions, inputOf, statuses } from "./executions.ts";
import { eventOf, type Journal, type JournalRow } from "./journal.ts";
import type { Live } from "./live.ts";
import { packRecords } from "./records.ts";
import type { Writers } from "./writers.ts";

const pageSize = 256;
/** Characters of a snapshot from which on it matters whether data in it is one object or several that are equal. */
const longState = 1 << 20;

/** What an event costs in a replay beside its records. */
export const eventCost = 16;

/** Brings executions back from the store: the last snapshot, and the events since. */
export class Loader {
  readonly #executions: Executions;
  readonly #journal: Journal;
  readonly #catalog: Catalog;
  readonly #writers: Writers;

  constructor(executions: Executions, journal: Journal, catalog: Catalog, writers: Writers) {
    this.#executions = executions;
    this.#journal = journal;
    this.#catalog = catalog;
    this.#writers = writers;
  }

  /**
   * Afterwards `state` is set, unless the execution has ended or has not begun. Throws `failed_precondition` when the
   * replay leads elsewhere than the records say: what it was is then known to another version only.
   */
  load(live: Live): void {
    const row = this.#executions.byKey(live.key);
    live.ended = row === undefined || row.ended_at !== null;
    if (!row || live.ended) return;
    const { id, parent_key: parentKey, child, depth, trace } = row;
    live.origin = { id, parentKey, child, depth, trace };
    live.due = row.due === 1;
    live.written = statuses[row.status];
    const snapshot = this.#journal.snapshot(live.key);
    live.lastAt = snapshot?.at ?? row.started_at;
    live.snapshotLength = snapshot?.state.length ?? 0;
    live.bytes = row.input.length + live.snapshotLength;
    live.replay = 0;
    live.revision ??= this.#catalog.byHash(row.hash);
    let state = snapshot ? (JSON.parse(snapshot.state) as State) : undefined;
    if (state && live.snapshotLength > longState) shareData(state);
    for (const journaled of this.events(live.key, snapshot?.position ?? 0)) {
      const step = this.#follow(live.revision, row, state, journaled);
      state = step.state;
      live.lastAt = journaled.at;
      live.replay += eventCost + (journaled.records?.length ?? 0) / 32;
      live.bytes += journaled.event?.length ?? 0;
    }
    live.state = state;
  }

  /** What an execution that is not in memory has to wait for: its definition, while that is read in another thread. */
  awaited({ key, revision, start, ended }: Live): Promise<Revision> | undefined {
    const hash = revision || start || ended ? undefined : this.#executions.hashOf(key);
    try {
      const found = hash === undefined ? undefined : this.#catalog.obtain(hash);
      return found instanceof Promise ? found : undefined;
    } catch (error) {
      // Told when it is loaded: what can do without the definition does.
      if (isDamage(error)) return undefined;
      throw error;
    }
  }

  /** The steps of an execution from its first event on, for those who want to see input and output. */
  *steps(row: ExecutionRow): Generator<{ journaled: JournalRow; lifecycle?: readonly LifecycleRecord[] }> {
    const revision = this.#catalog.byHash(row.hash);
    let state: State | undefined;
    let broken = false;
    for (const journaled of this.events(row.key, 0)) {
      if (broken) {
        yield { journaled };
        continue;
      }
      try {
        const step = this.#replay(revision, row, state, journaled);
        state = step.state;
        yield { journaled, lifecycle: step.lifecycle };
      } catch (error) {
        if (isDamage(error)) throw error;
        // An interpreter that cannot follow: the records say what happened, without input and output.
        broken = true;
        yield { journaled };
      }
    }
  }

  *events(execution: number, after: number): Generator<JournalRow> {
    for (let position = after; ; ) {
      const rows = this.#journal.after(execution, position, pageSize);
      yield* rows;
      const last = rows.at(-1);
      if (!last || rows.length < pageSize) return;
      position = last.position;
    }
  }

  #follow(revision: Revision, row: ExecutionRow, state: State | undefined, journaled: JournalRow): Step {
    let cause: unknown;
    try {
      const step = this.#replay(revision, row, state, journaled);
      if (packRecords(step.lifecycle, journaled.at) === journaled.records) return step;
    } catch (error) {
      if (isDamage(error)) throw error;
      cause = error;
    }
    const version = this.#writers.versionAt(journaled.position);
    throw new Failure(
      "failed_precondition",
      `The execution "${row.id}" does not go the way that its journal says version "${version}" went`,
      { reason: "replay-differs", hint: `Let it go on under version "${version}", or cancel it`, cause },
    );
  }

  #replay(revision: Revision, row: ExecutionRow, state: State | undefined, journaled: JournalRow): Step {
    const { tasks, at, position } = journaled;
    const program = revision.programOf(this.#writers.versionAt(position));
    if (state) return advance(program, state, eventOf(journaled), { tasks });
    const { id, seed } = row;
    return begin(program, { type: "started", id, input: inputOf(row), seed, at }, { tasks });
  }
}

const isDamage = (error: unknown) => error instanceof Failure && error.code === "data_loss";
