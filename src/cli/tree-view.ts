import { formatDuration } from "./duration.ts";
import type { Style } from "./style.ts";
import type { TaskLine, TaskStatus, TaskTree } from "./task-tree.ts";

export interface TreeOptions {
  readonly nowMs: number;
  readonly columns: number;
  /** Lines beyond are left out, those of ended tasks first. */
  readonly rows: number;
  readonly style: Style;
  /** Which picture of the spinner; undefined: it stands still. */
  readonly frame: number | undefined;
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const marks: Readonly<Record<TaskStatus, string>> = {
  pending: "○",
  running: "●",
  retrying: "↻",
  completed: "✔",
  faulted: "✘",
  cancelled: "⊘",
};

/** The lines of a tree of tasks, each at most `columns` wide. */
export function formatTree(head: string, tree: TaskTree, options: TreeOptions): string[] {
  const all = tree.roots.flatMap((line) => flatten(line));
  const shown = fit(all, options.rows - 1);
  const left = all.length - shown.length + tree.hidden;
  const lines = shown.map((line) => formatLine(line, options));
  const more = left > 0 ? [`  … ${left} more`] : [];
  return [head, ...lines, ...more].map((line) => cut(line, options.columns));
}

function flatten(line: TaskLine): TaskLine[] {
  return [line, ...line.children.flatMap(flatten)];
}

/**
 * What is at work stays in sight, of the rest the last ones; each stands below the tasks it belongs to. Where those of the
 * last one at work do not all fit, the innermost of them are shown.
 */
function fit(lines: readonly TaskLine[], rows: number): readonly TaskLine[] {
  if (lines.length <= rows) return lines;
  const room = Math.max(1, rows - 1);
  const lastFirst = lines.toReversed();
  const wanted = [...lastFirst.filter(isActive), ...lastFirst];
  const innermost = wayTo(wanted[0]);
  if (innermost.length > room) return innermost.slice(-room);
  const kept = new Set<TaskLine>();
  for (const line of wanted) {
    if (kept.size === room) break;
    const missing = wayTo(line).filter((above) => !kept.has(above));
    if (kept.size + missing.length <= room) for (const above of missing) kept.add(above);
  }
  return lines.filter((line) => kept.has(line));
}

function isActive({ active, status }: TaskLine): boolean {
  return active.size > 0 || status === "retrying";
}

/** A task below those it belongs to. */
function wayTo(line: TaskLine | undefined): TaskLine[] {
  return line === undefined ? [] : [...wayTo(line.parent), line];
}

function formatLine(line: TaskLine, { nowMs, style, frame }: TreeOptions): string {
  const spinning = line.status === "running" && frame !== undefined;
  const mark = spinning ? frames[frame % frames.length]! : marks[line.status];
  const took = line.startedMs === 0 ? "" : formatDuration((line.endedMs ?? nowMs) - line.startedMs);
  const times = line.runs.size > 1 + line.retries ? ` ×${line.runs.size}` : "";
  const retries = line.retries > 0 ? style.yellow(` retry ${line.retries}`) : "";
  const indent = "  ".repeat(line.depth + 1);
  return `${indent}${colored(line.status, style)(mark)} ${line.name}${times}${retries} ${style.dim(took)}`;
}

function colored(status: TaskStatus, style: Style): (text: string) => string {
  if (status === "completed") return style.green;
  if (status === "faulted") return style.red;
  if (status === "pending") return style.dim;
  return status === "running" ? style.cyan : style.yellow;
}

const graphemes = new Intl.Segmenter();

/** Cuts a line to a width, between what a terminal shows as one character; what is cut loses its colors. */
function cut(line: string, columns: number): string {
  if (Bun.stringWidth(line) <= columns) return line;
  let width = 0;
  let shortened = "";
  for (const { segment } of graphemes.segment(Bun.stripANSI(line))) {
    width += Bun.stringWidth(segment);
    if (width >= columns) break;
    shortened += segment;
  }
  return `${shortened}…`;
}
