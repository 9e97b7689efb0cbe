import type { Json } from "../../expression/json.ts";
import type { LifecycleRecord } from "../../workflow/lifecycle.ts";
import type { HistoryRecord } from "../engine.ts";
import { unknownExecution } from "../request/unknown.ts";
import { dataLength } from "./data-length.ts";
import type { ExecutionRow } from "./executions.ts";
import type { JournalRow } from "./journal.ts";
import type { Parts } from "./parts.ts";
import { unpackRecords } from "./records.ts";
import { breath } from "./streams.ts";
import { historyRecord, stopping } from "./views.ts";

/** Records that are replayed before others have a turn; a single event has a thousand tasks of them at most. */
const stride = 256;
const pageSize = 64;

/**
 * The first and the last records of an execution with input and output. The journal does not hold those: the events are
 * replayed through the interpreter, which is deterministic. They would have to be written for every task of every
 * execution, and are read for a few. Of an execution that is too long to be replayed, the last records come without.
 */
export async function readHistory(parts: Parts, id: string): Promise<HistoryRecord[]> {
  const row = parts.executions.byId(id);
  if (!row) throw unknownExecution(id);
  const { historyRecords, historyReplay } = parts.limits;
  await parts.catalog.obtain(row.hash);
  const first: HistoryRecord[] = [];
  const last: HistoryRecord[] = [];
  const mostFirst = Math.floor(historyRecords / 5);
  const mostLast = historyRecords - mostFirst;
  let count = 0;
  let rested = 0;
  for (const { journaled, lifecycle } of parts.loader.steps(row)) {
    const records = recordsOf(row, journaled, lifecycle);
    count += records.length;
    for (const record of records) (first.length < mostFirst ? first : last).push(record);
    if (last.length > 2 * mostLast) last.splice(0, last.length - mostLast);
    if (count > historyReplay) {
      last.splice(0, last.length, ...lastRecords(parts, row, mostLast));
      break;
    }
    if (count - rested < stride) continue;
    rested = count;
    await breath(parts);
    if (parts.watchers.closed) throw stopping();
  }
  // Removed while it was read: what is left of it is not its history.
  if (parts.executions.keyOf(id) !== row.key) throw unknownExecution(id);
  const whole = count <= historyRecords;
  const told = whole
    ? last
    : last.slice(-mostLast).map((each, at) => (at > 0 ? each : { ...each, gap: true }));
  return withinBudget([...first, ...told], parts.limits.dataLength);
}

function recordsOf(
  row: ExecutionRow,
  { records, at, position }: JournalRow,
  lifecycle: readonly LifecycleRecord[] | undefined,
): HistoryRecord[] {
  return unpackRecords(records, at).map((record, index) => {
    const seen = lifecycle?.[index];
    const same = seen?.type === record.type && seen.task === record.task;
    const { input, output } = same ? seen : {};
    const data = { ...(input !== undefined && { input }), ...(output !== undefined && { output }) };
    return historyRecord(row, position, index, { ...record, ...data });
  });
}

/** The last records, as they stand in the journal. */
function lastRecords({ journal }: Parts, row: ExecutionRow, most: number): HistoryRecord[] {
  const pages: HistoryRecord[][] = [];
  let count = 0;
  for (let before = Number.MAX_SAFE_INTEGER; count < most; ) {
    const rows = journal.before(row.key, before, pageSize);
    for (const each of rows) {
      const records = recordsOf(row, each, undefined);
      pages.push(records);
      count += records.length;
    }
    const oldest = rows.at(-1);
    if (!oldest || rows.length < pageSize) break;
    before = oldest.position;
  }
  return pages.toReversed().flat().slice(-most);
}

/** What is too much data together is told without, from the record on that it begins with. */
function withinBudget(records: readonly HistoryRecord[], most: number): HistoryRecord[] {
  let left = most;
  const weigh = (value: Json | undefined) => {
    if (value !== undefined && left > 0) left -= dataLength(value, left);
  };
  return records.map((each) => {
    const { input, output, ...rest } = each.record;
    weigh(input);
    weigh(output);
    return left > 0 ? each : { ...each, record: rest };
  });
}
