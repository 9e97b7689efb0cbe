import type { LifecycleRecord, LifecycleType } from "../../../workflow/lifecycle.ts";

/**
 * Consecutive records of one run, as they travel: types and tasks are told once, since an answer of Temporal is short and
 * each has its price.
 */
export interface RecordsPage {
  /** Number of the first record. */
  readonly first: number;
  readonly types: readonly LifecycleType[];
  readonly tasks: readonly string[];
  readonly rows: readonly PackedRecord[];
  /** Number of the record to come. */
  readonly next: number;
}

/** Type and task by their places (no task: -1), instant, run (none: -1), and what else there is. */
type PackedRecord = readonly [number, number, number, number, Partial<LifecycleRecord>?];

/** Puts records together until they have so many characters of JSON. */
export class Packer {
  readonly #most: number;
  readonly #types = new Map<LifecycleType, number>();
  readonly #tasks = new Map<string, number>();
  readonly #rows: PackedRecord[] = [];
  readonly #bytesOf: (text: string) => number;
  #bytes = 0;

  constructor(most: number, bytesOf: (text: string) => number) {
    this.#most = most;
    this.#bytesOf = bytesOf;
  }

  /** Whether it was taken; the first one always is. */
  add({ type, at, task, run = -1, ...rest }: LifecycleRecord): boolean {
    const row = [
      this.#place(this.#types, type),
      at,
      task === undefined ? -1 : this.#place(this.#tasks, task),
      run,
    ];
    if (Object.keys(rest).length > 0) row.push(rest as never);
    const bytes = this.#bytesOf(JSON.stringify(row)) + 1;
    if (this.#bytes + bytes > this.#most && this.#rows.length > 0) return false;
    this.#bytes += bytes;
    this.#rows.push(row as unknown as PackedRecord);
    return true;
  }

  page(first: number, next: number): RecordsPage {
    return { first, types: [...this.#types.keys()], tasks: [...this.#tasks.keys()], rows: this.#rows, next };
  }

  #place<T extends string>(places: Map<T, number>, text: T): number {
    const there = places.get(text);
    if (there !== undefined) return there;
    this.#bytes += this.#bytesOf(JSON.stringify(text)) + 1;
    places.set(text, places.size);
    return places.size - 1;
  }
}

export function* unpack({ first, types, tasks, rows }: RecordsPage): Generator<{
  readonly number: number;
  readonly record: LifecycleRecord;
}> {
  for (const [index, [type, at, task, run, rest]] of rows.entries()) {
    const name = tasks[task];
    const record = {
      type: types[type]!,
      at,
      ...(name !== undefined && { task: name }),
      ...(run >= 0 && { run }),
      ...rest,
    };
    yield { number: first + index, record };
  }
}
