import type { HistoryRecord } from "../../src/engine/engine.ts";
import { isStoreFailure } from "../../src/engine/sqlite/store.ts";
import { Failure } from "../../src/failure.ts";
import { must, mustEqual } from "./violation.ts";
import type { World } from "./world.ts";

/** Reads all records as they come, over every restart, by its cursor: each once, in order, and none that is not durable. */
export class Follower {
  cursor = "";
  /** How many records of the ledger it stands behind. */
  #seen = 0;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async follow(): Promise<never> {
    for (;;) {
      const life = await this.#world.server.obtain();
      const signal = new AbortController().signal;
      const stream = life.engine
        .records({ follow: true, cursor: this.cursor, signal })
        [Symbol.asyncIterator]();
      try {
        for (;;) {
          const next = await Promise.race([stream.next(), life.died]);
          if (next.done) break;
          this.#world.check(() => this.#receive(next.value));
        }
      } catch (error) {
        const known = isStoreFailure(error) || error instanceof Failure;
        if (life.alive) this.#world.check(() => must(known, "A stream broke", String(error)));
      }
      await this.#world.clock.sleep(100);
    }
  }

  #receive({ cursor, execution, record }: HistoryRecord): void {
    const { records, gone } = this.#world.ledger;
    while (this.#seen < records.length && records[this.#seen]!.cursor !== cursor) {
      const skipped = records[this.#seen++]!;
      must(gone.hasKey(skipped.key), "A record was left out of a stream", skipped);
    }
    const expected = records[this.#seen++];
    must(expected, "A stream told of what is not durable, or twice", { cursor, record });
    const { input: _input, output: _output, ...short } = expected.record;
    mustEqual(
      { execution, record },
      { execution: expected.execution, record: short },
      "A record is not what was written",
    );
    this.cursor = cursor;
  }

  /** The first record that was not streamed yet. */
  get missing() {
    const { records, gone } = this.#world.ledger;
    return records.slice(this.#seen).find(({ key }) => !gone.hasKey(key));
  }
}

/** Follows one execution to its last record, over every restart: the stream ends by itself, and nothing is missing. */
export async function followOne(world: World, id: string): Promise<void> {
  const { ledger, server, clock } = world;
  const told: { cursor: string; record: object }[] = [];
  for (;;) {
    const life = await server.obtain();
    if (ledger.gone.has(id)) return;
    const { signal } = new AbortController();
    const cursor = told.at(-1)?.cursor ?? "";
    const stream = life.engine
      .records({ execution: id, follow: true, cursor, signal })
      [Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await Promise.race([stream.next(), life.died]);
        if (next.done) break;
        told.push({ cursor: next.value.cursor, record: next.value.record });
      }
      if (life.serving && ended(world, id, told)) return;
    } catch (error) {
      const known = isStoreFailure(error) || error instanceof Failure;
      if (life.alive && !known) throw error;
    }
    await clock.sleep(200);
  }
}

function ended({ ledger }: World, id: string, told: readonly object[]): boolean {
  if (ledger.gone.has(id)) return true;
  const witness = ledger.byId(id);
  must(witness?.ended, "The stream of an execution ended before it did", id);
  const expected = witness.records.map(
    ({ cursor, record: { input: _input, output: _output, ...record } }) => ({
      cursor,
      record,
    }),
  );
  mustEqual(told, expected, `The stream of "${id}" is not what was written`);
  return true;
}
