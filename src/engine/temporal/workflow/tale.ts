import { defineQuery } from "@temporalio/workflow";
import type { EventBody } from "../../../workflow/event.ts";
import { advance, begin } from "../../../workflow/interpreter.ts";
import type { LifecycleRecord } from "../../../workflow/lifecycle.ts";
import type { Program } from "../../../workflow/program.ts";
import type { State } from "../../../workflow/state.ts";
import { type Carried, names, type RecordsPage } from "../protocol.ts";
import { jsonBytes } from "./bytes.ts";

export const taskBudget = { tasks: 500 };
export const recordsQuery = defineQuery<RecordsPage, [number, boolean]>(names.records);

/** A page ends after so many bytes: Temporal refuses answers of 2 MiB. */
const pageBytes = 1_400_000;

interface Entry {
  readonly event: EventBody | undefined;
  readonly at: number;
  /** Number of its first record. */
  readonly first: number;
  readonly records: readonly LifecycleRecord[];
}

/**
 * What happened in this run. Records are kept without input and output; those are found, for the few who ask, by going
 * through the run's events once more, as the interpreter is deterministic.
 */
export class Tale {
  readonly #program: Program;
  readonly #carried: Carried | undefined;
  readonly #entries: Entry[] = [];
  #next: number;

  constructor(program: Program, carried: Carried | undefined) {
    this.#program = program;
    this.#carried = carried;
    this.#next = carried?.records ?? 0;
  }

  /** Records of this run. */
  get length(): number {
    return this.#next - (this.#carried?.records ?? 0);
  }

  /** Number of the record to come; they are counted over all runs of the execution. */
  get next(): number {
    return this.#next;
  }

  /** `event` is undefined for what the interpreter did not do. */
  add(event: EventBody | undefined, at: number, lifecycle: readonly LifecycleRecord[]): void {
    const records = lifecycle.map(({ input: _input, output: _output, ...record }) => record);
    this.#entries.push({ event, at, first: this.#next, records });
    this.#next += records.length;
  }

  /** The records from a number on, oldest first. */
  page(from: number, withData: boolean): RecordsPage {
    const records: { number: number; record: LifecycleRecord }[] = [];
    let bytes = 0;
    for (const { first, records: told } of withData ? this.#withData() : this.#entries) {
      for (const [index, record] of told.entries()) {
        const number = first + index;
        if (number < from) continue;
        bytes += jsonBytes(JSON.stringify(record)) + 40;
        if (bytes > pageBytes && records.length > 0) return { records, complete: false };
        records.push({ number, record });
      }
    }
    return { records, complete: true };
  }

  *#withData(): Generator<Pick<Entry, "first" | "records">> {
    let state = this.#carried && (JSON.parse(this.#carried.state) as State);
    for (const { event, at, first, records } of this.#entries) {
      const step = this.#again(state, event, at);
      state = step?.state;
      const lifecycle = step?.lifecycle ?? [];
      yield {
        first,
        records: records.map((record, index) =>
          lifecycle[index]?.type === record.type ? lifecycle[index] : record,
        ),
      };
    }
  }

  #again(state: State | undefined, event: EventBody | undefined, at: number) {
    try {
      if (event?.type === "started") return begin(this.#program, { ...event, at }, taskBudget);
      return state && event && advance(this.#program, state, { ...event, at }, taskBudget);
    } catch {
      return undefined;
    }
  }
}
