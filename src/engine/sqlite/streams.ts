import type { HistoryRecord, RecordQuery } from "../engine.ts";
import { unknownExecution } from "../request/unknown.ts";
import { checkWhole, type Subject } from "./executions.ts";
import type { JournalRow } from "./journal.ts";
import type { Parts } from "./parts.ts";
import { parseCursor, unpackRecords } from "./records.ts";
import { historyRecord } from "./views.ts";

/**
 * Positions that one page of all executions spans, and events of a page of one: what a reader has in memory.
 */
const span = 256;
const pageSize = 64;

interface Page {
  readonly rows: readonly JournalRow[];
  /** Where the next page begins. */
  readonly next: number;
  /** Whether all that is committed has been read. */
  readonly complete: boolean;
  /** Whether nothing will ever follow. */
  readonly ended: boolean;
}

/**
 * Records after a cursor. A slow reader costs nothing: a page is read from the table when it asks for it, and
 * between pages it holds a position. Rejects `not_found`, `invalid_argument`, and why one that is followed will never end.
 */
export async function* streamRecords(parts: Parts, query: RecordQuery): AsyncGenerator<HistoryRecord> {
  const { execution, signal, follow, cursor = "", since = 0 } = query;
  const start = parseCursor(cursor);
  const key = execution === undefined ? "all" : parts.executions.keyOf(execution);
  if (key === undefined) throw unknownExecution(execution ?? "");
  let from = start.position;
  while (!signal.aborted && !parts.watchers.closed) {
    // Before reading: what is committed while the reader takes its time wakes us as well.
    const woken = wait(parts, key, signal);
    try {
      const page = key === "all" ? pageOfAll(parts, from, since) : pageOfOne(parts, key, from);
      for (const record of records(parts, page.rows, start, since)) {
        yield record;
        if (signal.aborted || parts.watchers.closed) return;
      }
      from = page.next;
      if (!page.complete) await breath(parts);
      else if (!follow || page.ended) return;
      else {
        if (key !== "all") checkGoesOn(parts, key);
        await woken.promise;
      }
    } finally {
      woken.cancel();
    }
  }
}

/**
 * Whether an execution is over: once it is, or when the signal aborts or the engine stops. Rejects `not_found`, and why it
 * will never be over.
 */
export async function awaitOver(parts: Parts, execution: string, signal: AbortSignal): Promise<boolean> {
  const key = parts.executions.keyOf(execution);
  if (key === undefined) throw unknownExecution(execution);
  while (!signal.aborted && !parts.watchers.closed) {
    // Before looking: what is committed meanwhile wakes us as well.
    const woken = wait(parts, key, signal);
    try {
      if (parts.executions.isOver(key)) return true;
      checkGoesOn(parts, key);
      await woken.promise;
    } finally {
      woken.cancel();
    }
  }
  return false;
}

/** Throws why an execution that has not ended cannot go on: whoever follows it would wait for ever. */
function checkGoesOn({ runner, executions }: Parts, key: number): void {
  const failure = runner.parked(key);
  if (failure) throw failure;
  // What is in memory was looked at on its way there.
  const row = runner.holds(key) ? undefined : executions.byKey(key);
  if (row) checkWhole(row);
}

function pageOfAll({ journal }: Parts, from: number, since: number): Page {
  const next = Math.min(from + span, Math.max(from, journal.position + 1));
  return { rows: journal.page(from, next, since), next, complete: next > journal.position, ended: false };
}

function pageOfOne({ journal, executions }: Parts, key: number, from: number): Page {
  const ended = executions.isOver(key);
  const rows = journal.pageOf(key, from, pageSize);
  const last = rows.at(-1);
  const complete = rows.length < pageSize;
  const next = complete || !last ? Math.max(from, journal.position + 1) : last.position + 1;
  return { rows, next, complete, ended };
}

function* records(
  { executions }: Parts,
  rows: readonly JournalRow[],
  start: { readonly position: number; readonly index: number },
  since: number,
): Generator<HistoryRecord> {
  const subjects = new Map<number, Subject | undefined>();
  for (const { position, execution, at, records } of rows) {
    if (!subjects.has(execution)) subjects.set(execution, executions.subject(execution));
    const subject = subjects.get(execution);
    if (!subject) continue;
    for (const [index, record] of unpackRecords(records, at).entries()) {
      if (position === start.position && index <= start.index) continue;
      if (record.at >= since) yield historyRecord(subject, position, index, record);
    }
  }
}

/** Resolves at the next commit of interest, when the signal aborts, or when the engine stops. */
function wait({ watchers }: Parts, key: number | "all", signal: AbortSignal) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = () => resolve();
  const forget = watchers.wait(key, wake);
  signal.addEventListener("abort", wake, { once: true });
  const cancel = () => {
    forget();
    signal.removeEventListener("abort", wake);
  };
  return { promise, cancel };
}

/** Lets others have a turn. */
export function breath({ options }: Parts): Promise<void> {
  return new Promise((resolve) => options.clock.defer(resolve));
}
