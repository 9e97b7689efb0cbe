import type { HistoryRecord } from "../engine.ts";

/** Sources that are opened before their turn, so that they need not be waited for one after the other. */
const ahead = 16;

export interface Source {
  /** ms since the epoch: none of its records is older. */
  readonly notBefore: number;
  /** Its records, ordered by cursor; read no faster than they are taken. */
  open(): AsyncGenerator<HistoryRecord>;
}

interface Reader {
  readonly notBefore: number;
  readonly records: AsyncGenerator<HistoryRecord>;
  head: Promise<IteratorResult<HistoryRecord, unknown>>;
}

interface Head {
  readonly reader: Reader;
  readonly record: HistoryRecord;
}

/**
 * All records of the sources, ordered by cursor. A source is open from its own beginning to its end only: many that
 * came one after the other need the room of a few.
 */
export async function* merged(sources: readonly Source[]): AsyncGenerator<HistoryRecord> {
  const waiting = sources.toSorted((a, b) => a.notBefore - b.notBefore);
  const opened: Reader[] = [];
  /** The next one last. */
  const heads: Head[] = [];
  try {
    for (;;) {
      while (opened.length < ahead && waiting.length > 0) opened.push(openOf(waiting.shift()!));
      const next = heads.at(-1);
      const [candidate] = opened;
      if (candidate && (!next || candidate.notBefore <= next.record.record.at)) {
        await enter(heads, candidate);
        opened.shift();
        continue;
      }
      if (!next) return;
      yield next.record;
      heads.pop();
      next.reader.head = next.reader.records.next();
      await enter(heads, next.reader);
    }
  } finally {
    const readers = [...opened, ...heads.map(({ reader }) => reader)];
    await Promise.allSettled(readers.map(({ records }) => records.return(undefined)));
  }
}

function openOf({ notBefore, open }: Source): Reader {
  const records = open();
  const head = records.next();
  // Heard of when its turn comes.
  head.catch(() => {});
  return { notBefore, records, head };
}

/** Puts a reader to where its next record belongs. */
async function enter(heads: Head[], reader: Reader): Promise<void> {
  const { value, done } = await reader.head;
  if (done) return;
  let [low, high] = [0, heads.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (heads[middle]!.record.cursor > value.cursor) low = middle + 1;
    else high = middle;
  }
  heads.splice(low, 0, { reader, record: value });
}
