import type { Engine, ExecutionView, HistoryRecord, RecordQuery } from "../../src/engine/engine.ts";

/** Waits for the end of an execution on its stream of records. */
export async function ended(engine: Engine, id: string): Promise<ExecutionView> {
  await read(engine, { execution: id, follow: true });
  return engine.getExecution(id);
}

/** All records of a query, or until `enough` says so. */
export async function read(
  engine: Engine,
  query: Omit<RecordQuery, "signal">,
  enough: (records: readonly HistoryRecord[]) => boolean = () => false,
): Promise<HistoryRecord[]> {
  const controller = new AbortController();
  const records: HistoryRecord[] = [];
  for await (const record of engine.records({ ...query, signal: controller.signal })) {
    records.push(record);
    if (enough(records)) controller.abort();
  }
  return records;
}

/** Waits until a record of this type is there, of a task whose pointer ends with `task`. */
export async function reached(engine: Engine, id: string, type: string, task = ""): Promise<void> {
  await read(engine, { execution: id, follow: true }, (records) => {
    const last = records.at(-1)?.record;
    return last?.type === type && (last.task ?? "").endsWith(task);
  });
}

/** `type task`, for comparisons: the task by its name. */
export const told = (records: readonly HistoryRecord[]) =>
  records.map(({ record: { type, task } }) => (task ? `${type} ${task.split("/").at(-1)}` : type));

/**
 * What a promise is rejected with. `expect(…).rejects` will not do here: Bun waits in it without serving native add-ons, and
 * an engine may stand on one.
 */
export function refusal(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`Nothing was refused: ${JSON.stringify(value)}`);
    },
    (reason: unknown) => reason,
  );
}
