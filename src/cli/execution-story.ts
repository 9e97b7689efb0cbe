import type { Execution } from "../gen/pawl/v1/execution_pb.ts";
import { formatDuration } from "./duration.ts";
import { colorOf, statusOf } from "./execution-view.ts";
import { nextCommand } from "./next-command.ts";
import { formatFault } from "./outcome.ts";
import type { Style } from "./style.ts";
import { age } from "./table.ts";
import type { TaskRun } from "./task-runs.ts";
import { printable, toMs, toTime } from "./wire.ts";
import { formatRef } from "./workflow-ref.ts";

export interface StoryOptions {
  readonly nowMs: number;
  /** The line that a fault comes from; empty: not known. */
  readonly errorSource: string;
  /** Data in full instead of its beginning. */
  readonly whole: boolean;
  readonly style: Style;
  /** The home that was given by a flag, which what to type next needs too. */
  readonly home?: string | undefined;
}

const shortData = 160;
const mostTasks = 500;

const marks: Readonly<Record<string, string>> = {
  completed: "✔",
  faulted: "✘",
  cancelled: "⊘",
  running: "●",
};

/** An execution for people: what it is, what its tasks did, why it faulted, what to type next. */
export function executionStory(
  execution: Execution,
  tasks: readonly TaskRun[],
  options: StoryOptions,
): string[] {
  const { style, nowMs } = options;
  const status = statusOf(execution);
  const startedMs = execution.startedAt === undefined ? nowMs : toMs(execution.startedAt);
  const endedMs = execution.endedAt === undefined ? nowMs : toMs(execution.endedAt);
  const { namespace = "", name = "", version = "" } = execution.workflow ?? {};
  const facts: [string, string][] = [
    ["Execution", execution.id],
    ["Workflow", `${formatRef({ namespace, name, version })}${revisionOf(execution)}`],
    ["Status", colorOf(status, style)(status)],
    ...(execution.pendingReason === ""
      ? []
      : [["Because", printable(execution.pendingReason)] satisfies [string, string]]),
    ["Started", `${toTime(execution.startedAt) ?? "-"} (${age(startedMs, nowMs)})`],
    ["Duration", formatDuration(endedMs - startedMs)],
    ...(execution.parent === "" ? [] : [["Parent", execution.parent] satisfies [string, string]]),
    ["Input", data(execution.input, options)],
    ...(status === "completed"
      ? [["Output", data(execution.output, options)] satisfies [string, string]]
      : []),
  ];
  return [
    ...facts.map(([title, value]) => `${style.bold(title.padEnd(10))} ${value}`),
    ...(status === "faulted" ? ["", formatFault(execution, style, options.errorSource)] : []),
    "",
    style.bold("Timeline"),
    ...timeline(execution.id, tasks, (task) => taskLines(task, startedMs, options)),
    "",
    style.bold("Next"),
    ...nextCommands(execution).map((words) => `  ${nextCommand({ home: options.home }, words)}`),
  ];
}

/** The tasks, or of many the first and the last. */
function timeline(id: string, tasks: readonly TaskRun[], tell: (task: TaskRun) => string[]): string[] {
  if (tasks.length === 0) return ["  No task has run"];
  const told = tasks.filter(({ beforeGap }) => beforeGap).length;
  if (told === 0 && tasks.length <= mostTasks) return tasks.flatMap(tell);
  const first = tasks.slice(0, Math.min(told || tasks.length, mostTasks / 5));
  const last = tasks.slice(Math.max(told, first.length, tasks.length - (mostTasks * 4) / 5));
  const left = told === 0 ? `${tasks.length - first.length - last.length} tasks are` : "what followed is";
  return [...first.flatMap(tell), `  … ${left} left out, see pawl events ${id}`, ...last.flatMap(tell)];
}

/** One that is queued, and asks for its workflow by name, has none yet. */
function revisionOf({ revision }: Execution): string {
  return revision === "" ? "" : ` (revision ${revision.slice(0, 12)})`;
}

function taskLines(task: TaskRun, startedMs: number, options: StoryOptions): string[] {
  const { style, nowMs } = options;
  const color =
    task.status === "completed" ? style.green : task.status === "faulted" ? style.red : style.yellow;
  const isTold = task.startedMs !== null && task.status !== "untold";
  const took = isTold ? (task.durationMs ?? nowMs - (task.startedMs ?? nowMs)) : undefined;
  const after = took === undefined ? "" : ` after ${formatDuration(took)}`;
  const attempts = task.attempts > 1 ? `, ${task.attempts} attempts` : "";
  const where = task.position === null ? "" : style.dim(`  ${printable(task.position)}`);
  const offset = task.startedMs === null ? "…" : `+${formatDuration(task.startedMs - startedMs)}`;
  const indent = " ".repeat(11 + task.depth * 2);
  const lines = [
    `${style.dim(offset.padStart(8))}  ${" ".repeat(task.depth * 2)}${color(marks[task.status] ?? "○")} ` +
      `${printable(task.name)}  ${task.status}${after}${attempts}${where}`,
  ];
  if (task.input !== null)
    lines.push(`${indent}${style.dim("in ")} ${data(JSON.stringify(task.input), options)}`);
  if (task.output !== null)
    lines.push(`${indent}${style.dim("out")} ${data(JSON.stringify(task.output), options)}`);
  if (task.error !== null) {
    lines.push(`${indent}${style.red("error")} ${data(JSON.stringify(task.error), options)}`);
  }
  return lines;
}

function data(text: string, { whole }: StoryOptions): string {
  const shown = printable(text === "" ? "null" : text);
  return whole || shown.length <= shortData ? shown : `${shown.slice(0, shortData)}…`;
}

function nextCommands(execution: Execution): string[] {
  const { id } = execution;
  const status = statusOf(execution);
  if (status === "completed") return [`get execution ${id} -o json`];
  if (status === "faulted" || status === "cancelled") {
    return [`describe execution ${id} -o wide`, `events ${id}`];
  }
  return [`follow ${id}`, `cancel ${id}`];
}
