import { defineQuery } from "@temporalio/workflow";
import type { EventBody } from "../../../workflow/event.ts";
import { advance, begin } from "../../../workflow/interpreter.ts";
import type { LifecycleRecord } from "../../../workflow/lifecycle.ts";
import type { Program } from "../../../workflow/program.ts";
import type { State } from "../../../workflow/state.ts";
import { type Carried, names } from "../protocol.ts";
import { jsonBytes } from "./bytes.ts";
import { Packer, type RecordsPage } from "./pages.ts";

export const taskBudget = { tasks: 500 };
export const recordsQuery = defineQuery<RecordsPage, [number, boolean, number?]>(names.records);

/** A page ends after so many bytes: Temporal refuses answers of 2 MiB. */
const pageBytes = 1_400_000;
/** Records that are kept; of earlier ones, the state at every so many, up to so many characters of JSON. */
const kept = { records: 50_000, apart: 20_000, characters: 10_000_000 };

interface Entry {
  readonly event: EventBody | undefined;
  readonly at: number;
  /** Number of its first record, and how many it has. */
  readonly first: number;
  readonly count: number;
  /** Absent: found again when somebody asks. */
  records?: readonly LifecycleRecord[] | undefined;
}

/** Where the interpreter stood before an entry. */
interface Checkpoint {
  readonly entry: number;
  /** JSON text; undefined: before the execution began. */
  readonly state: string | undefined;
}

type Told = Pick<Entry, "first"> & { readonly records: readonly LifecycleRecord[] };

/**
 * What happened in this run. The newest records are kept, without input and output; the others, and those with input and
 * output, are found by going through the run's events once more, as the interpreter is deterministic.
 */
export class Tale {
  readonly #program: Program;
  readonly #first: number;
  readonly #entries: Entry[] = [];
  readonly #checkpoints: Checkpoint[];
  #characters = 0;
  #next: number;
  /** The oldest entry whose records are kept. */
  #oldest = 0;

  constructor(program: Program, carried: Carried | undefined) {
    this.#program = program;
    this.#first = carried?.records ?? 0;
    this.#next = this.#first;
    this.#checkpoints = [{ entry: 0, state: carried && JSON.stringify(carried.state) }];
  }

  /** Records of this run. */
  get length(): number {
    return this.#next - this.#first;
  }

  /** Number of the record to come; they are counted over all runs of the execution. */
  get next(): number {
    return this.#next;
  }

  /** `event` is undefined for what the interpreter did not do; `state` is what the event led to. */
  add(event: EventBody | undefined, at: number, lifecycle: readonly LifecycleRecord[], state?: State): void {
    const records = lifecycle.map(({ input: _input, output: _output, ...record }) => record);
    this.#entries.push({ event, at, first: this.#next, count: records.length, records });
    this.#next += records.length;
    const checked = this.#entries[this.#checkpoints.at(-1)!.entry]!.first;
    if (state && this.#next - checked > kept.apart && this.#characters < kept.characters) {
      const text = JSON.stringify(state);
      this.#characters += text.length;
      this.#checkpoints.push({ entry: this.#entries.length, state: text });
    }
    while (this.#next - this.#entries[this.#oldest]!.first > kept.records + kept.apart)
      this.#entries[this.#oldest++]!.records = undefined;
  }

  /** The records of this run from a number on, oldest first: as many as fit, and `most`. */
  page(number: number, withData: boolean, most = Number.MAX_SAFE_INTEGER): RecordsPage {
    const from = Math.max(number, this.#first);
    const packer = new Packer(pageBytes, jsonBytes);
    for (const { first, records } of this.#told(from, withData)) {
      for (const [index, record] of records.entries()) {
        if (first + index < from) continue;
        if (first + index - from >= most || !packer.add(record)) return packer.page(from, this.#next);
      }
    }
    return packer.page(from, this.#next);
  }

  *#told(from: number, withData: boolean): Generator<Told> {
    const kept = this.#entries[this.#oldest]?.first ?? 0;
    let entry = withData || from < kept ? yield* this.#again(from, withData) : this.#entryOf(from);
    for (; entry < this.#entries.length; entry++) {
      const { first, records = [] } = this.#entries[entry]!;
      yield { first, records };
    }
  }

  /** The entry that has a record, by halves. */
  #entryOf(record: number): number {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const { first, count } = this.#entries[middle]!;
      if (first + count <= record) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Up to the entry that it answers: without data, those that are kept need not be found again. */
  *#again(from: number, withData: boolean): Generator<Told, number> {
    const checkpoint = this.#checkpoints.findLast(
      ({ entry }) => entry === 0 || (this.#entries[entry]?.first ?? Number.POSITIVE_INFINITY) <= from,
    )!;
    let state = checkpoint.state === undefined ? undefined : (JSON.parse(checkpoint.state) as State);
    const end = withData ? this.#entries.length : this.#oldest;
    for (let at = checkpoint.entry; at < end; at++) {
      const entry = this.#entries[at]!;
      const step = this.#step(state, entry);
      state = step?.state;
      if (entry.first + entry.count <= from) continue;
      yield { first: entry.first, records: recordsOf(entry, step?.lifecycle ?? [], withData) };
    }
    return end;
  }

  #step(state: State | undefined, { event, at }: Entry) {
    try {
      if (event?.type === "started") return begin(this.#program, { ...event, at }, taskBudget);
      return state && event && advance(this.#program, state, { ...event, at }, taskBudget);
    } catch {
      return undefined;
    }
  }
}

/** What the interpreter did not do (it broke) is told as it was kept. */
function recordsOf(entry: Entry, again: readonly LifecycleRecord[], withData: boolean) {
  const told = withData ? again : again.map(({ input: _input, output: _output, ...record }) => record);
  if (!entry.records) return told;
  return entry.records.map((record, index) => (told[index]?.type === record.type ? told[index] : record));
}
