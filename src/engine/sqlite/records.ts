import type { WorkflowError } from "../../dsl/error.ts";
import { Failure } from "../../failure.ts";
import type { ExecutionStatus, LifecycleRecord, LifecycleType } from "../../workflow/lifecycle.ts";

/** Numbers of the types in the store: never reordered, only added to. */
const types: readonly LifecycleType[] = [
  "workflow.started",
  "workflow.suspended",
  "workflow.resumed",
  "workflow.cancelled",
  "workflow.faulted",
  "workflow.completed",
  "workflow.status-changed",
  "task.created",
  "task.started",
  "task.retried",
  "task.cancelled",
  "task.faulted",
  "task.completed",
];
const numbers = new Map(types.map((type, number) => [type, number]));

interface Rest {
  readonly error?: WorkflowError;
  readonly status?: ExecutionStatus;
}
/** `task` is 0 when it is the one of the record before, null when there is none. */
type Packed = readonly [
  type: number,
  afterMs: number,
  task: string | 0 | null,
  run: number | null,
  rest?: Rest,
];

/** The records of one event without input and output, as short as will do; null for none. */
export function packRecords(records: readonly LifecycleRecord[], at: number): string | null {
  if (records.length === 0) return null;
  let previous: string | undefined;
  const packed = records.map(({ type, at: when, task, run, error, status }): Packed => {
    const place = task === undefined ? null : task === previous ? 0 : task;
    previous = task;
    const head = [numbers.get(type) ?? -1, when - at, place, run ?? null] as const;
    return error || status ? [...head, { ...(error && { error }), ...(status && { status }) }] : head;
  });
  return JSON.stringify(packed);
}

/** Undoes `packRecords`. */
export function unpackRecords(text: string | null, at: number): LifecycleRecord[] {
  if (text === null) return [];
  let previous: string | undefined;
  return (JSON.parse(text) as Packed[]).map(([type, afterMs, place, run, rest]) => {
    const task = place === 0 ? previous : (place ?? undefined);
    previous = task;
    const record: { -readonly [K in keyof LifecycleRecord]: LifecycleRecord[K] } = {
      type: types[type] as LifecycleType,
      at: at + afterMs,
    };
    if (task !== undefined) record.task = task;
    if (run !== null) record.run = run;
    return rest ? Object.assign(record, rest) : record;
  });
}

/** Names a record: the position of its event, and its place among the event's records. Sorts as text, too. */
export function formatCursor(position: number, index: number): string {
  return `${padded(position, "000000000000")}-${padded(index, "00000")}`;
}

function padded(value: number, zeros: string): string {
  const text = String(value);
  return zeros.slice(text.length) + text;
}

/**
 * `invalid_argument` for anything that `formatCursor` did not make. The empty cursor stands before all
 * records.
 */
export function parseCursor(cursor: string): { position: number; index: number } {
  if (cursor === "") return { position: 0, index: -1 };
  const parts = /^(\d{12,15})-(\d{5,9})$/.exec(cursor);
  if (!parts) {
    throw new Failure("invalid_argument", `"${cursor.slice(0, 64)}" is not a cursor`, {
      reason: "bad-cursor",
      hint: "Use the cursor of a record as it was answered",
    });
  }
  return { position: Number(parts[1]), index: Number(parts[2]) };
}
