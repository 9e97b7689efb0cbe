import type { LifecycleRecord } from "../gen/pawl/v1/execution_pb.ts";
import { taskNames } from "./task-tree.ts";
import { toData, toMs, toTime } from "./wire.ts";

/** One run of one task, as `describe` tells it and `describe -o json` has it. */
export interface TaskRun {
  /** JSON pointer into the definition. */
  readonly task: string;
  /** The names on the way to it, with `/` between. */
  readonly name: string;
  readonly depth: number;
  /** It began before records that are left out. */
  beforeGap?: true;
  status: string;
  /** 1 and one more for each retry. */
  attempts: number;
  /** Null when its first records are no longer among those that are told. */
  readonly startedAt: string | null;
  readonly startedMs: number | null;
  endedAt: string | null;
  durationMs: number | null;
  readonly position: string | null;
  readonly input: unknown;
  output: unknown;
  error: unknown;
}

/**
 * The runs of tasks in the order in which they started. Where records are left out after the first so many, those that
 * did not end among these say so.
 */
export function taskRuns(
  records: readonly LifecycleRecord[],
  positions: Readonly<Record<string, string>>,
  firstRecords = 0,
): TaskRun[] {
  const runs = new Map<string, TaskRun>();
  for (const [index, record] of records.entries()) {
    if (index === firstRecords) for (const run of runs.values()) untold(run);
    if (record.task === "") continue;
    const key = `${record.run} ${record.task}`;
    const run = runs.get(key) ?? begin(record, positions);
    runs.set(key, run);
    update(run, record);
  }
  return [...runs.values()];
}

/** Its end is left out, unless it stands among the last records. */
function untold(run: TaskRun): void {
  if (run.endedAt === null) run.status = "untold";
  run.beforeGap = true;
}

function begin(record: LifecycleRecord, positions: Readonly<Record<string, string>>): TaskRun {
  const names = taskNames(record.task);
  const isBeginning = record.type === "task.created" || record.type === "task.started";
  return {
    task: record.task,
    name: names.map(({ name }) => name).join("/"),
    depth: Math.max(0, names.length - 1),
    status: "pending",
    attempts: 1,
    startedAt: isBeginning ? toTime(record.at) : null,
    startedMs: isBeginning && record.at !== undefined ? toMs(record.at) : null,
    endedAt: null,
    durationMs: null,
    position: positions[record.task] ?? null,
    input: toData(record.input),
    output: null,
    error: null,
  };
}

function update(run: TaskRun, record: LifecycleRecord): void {
  const verb = record.type.replace(/^task\./, "");
  if (verb === "created") return;
  if (verb === "retried") run.attempts++;
  run.status = verb === "started" || verb === "retried" ? "running" : verb;
  if (record.error !== "") run.error = toData(record.error);
  if (run.status === "running" || record.at === undefined) return;
  if (record.output !== "") run.output = toData(record.output);
  if (verb === "completed") run.error = null;
  run.endedAt = toTime(record.at);
  if (run.startedMs !== null) run.durationMs = toMs(record.at) - run.startedMs;
}
