import type { HistoryRecord } from "../engine.ts";
import { unknownExecution } from "../request/unknown.ts";
import type { Parts } from "./parts.ts";
import { unpackRecords } from "./records.ts";
import { breath } from "./streams.ts";
import { historyRecord, stopping } from "./views.ts";

/** Events that are replayed before others have a turn. */
const stride = 32;

/**
 * The newest records of an execution with input and output. The journal does not hold those: the events are
 * replayed through the interpreter, which is deterministic. They would have to be written for every task of
 * every execution, and are read for a few.
 */
export async function readHistory(parts: Parts, id: string): Promise<HistoryRecord[]> {
  const row = parts.executions.byId(id);
  if (!row) throw unknownExecution(id);
  const { historyRecords } = parts.limits;
  const all: HistoryRecord[] = [];
  let events = 0;
  for (const { journaled, lifecycle } of parts.loader.steps(row)) {
    const kept = unpackRecords(journaled.records, journaled.at);
    for (const [index, record] of kept.entries()) {
      const seen = lifecycle?.[index];
      const same = seen?.type === record.type && seen.task === record.task;
      const { input, output } = same ? seen : {};
      const full = {
        ...record,
        ...(input !== undefined && { input }),
        ...(output !== undefined && { output }),
      };
      all.push(historyRecord(row, journaled.position, index, full));
    }
    if (all.length > 2 * historyRecords) all.splice(0, all.length - historyRecords);
    if (++events % stride !== 0) continue;
    await breath(parts);
    if (parts.watchers.closed) throw stopping();
  }
  return all.slice(-historyRecords);
}
