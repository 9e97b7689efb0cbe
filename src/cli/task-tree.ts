import type { LifecycleRecord } from "../gen/pawl/v1/execution_pb.ts";
import { printable, toMs } from "./wire.ts";

export type TaskStatus = "pending" | "running" | "retrying" | "completed" | "faulted" | "cancelled";

/** A task as progress shows it: all its runs (loops, retries) are one line. */
export interface TaskLine {
  readonly pointer: string;
  readonly name: string;
  /** Undefined for the tasks of the workflow itself. */
  readonly parent: TaskLine | undefined;
  /** 0 for the tasks of the workflow itself. */
  readonly depth: number;
  status: TaskStatus;
  startedMs: number;
  endedMs: number | undefined;
  readonly runs: Set<bigint>;
  readonly active: Set<bigint>;
  retries: number;
  readonly children: TaskLine[];
}

/** The most tasks that are remembered; of those beyond only that they are there, up to another bound. */
const maxTasks = 2_000;
const maxHidden = 100_000;
const maxRuns = 100_000;

/** Builds the tree of tasks from lifecycle records, in the order in which they first appear. */
export class TaskTree {
  readonly roots: TaskLine[] = [];
  readonly #byPointer = new Map<string, TaskLine>();
  readonly #hidden = new Set<string>();

  /** How many tasks are not in the tree because there are too many. */
  get hidden(): number {
    return this.#hidden.size;
  }

  /** The task that a record belongs to; undefined for the workflow's own records. */
  add(record: LifecycleRecord): TaskLine | undefined {
    if (record.task === "") return undefined;
    const line = this.#line(record.task);
    if (line === undefined) return undefined;
    const atMs = record.at === undefined ? 0 : toMs(record.at);
    const verb = record.type.replace(/^task\./, "");
    if (verb === "started") this.#start(line, record.run, atMs);
    else if (verb === "retried") {
      line.retries++;
      line.status = "retrying";
    } else if (verb === "completed" || verb === "faulted" || verb === "cancelled") {
      line.active.delete(record.run);
      line.status = line.active.size > 0 ? "running" : verb;
      line.endedMs = line.active.size > 0 ? undefined : atMs;
    }
    return line;
  }

  #start(line: TaskLine, run: bigint, atMs: number): void {
    if (line.runs.size < maxRuns) line.runs.add(run);
    if (line.active.size === 0) line.startedMs = atMs;
    line.active.add(run);
    line.status = "running";
    line.endedMs = undefined;
  }

  #line(pointer: string): TaskLine | undefined {
    const known = this.#byPointer.get(pointer);
    if (known !== undefined) return known;
    if (this.#byPointer.size >= maxTasks) {
      if (this.#hidden.size < maxHidden) this.#hidden.add(pointer);
      return undefined;
    }
    const names = taskNames(pointer);
    const parent = this.#byPointer.get(names.at(-2)?.pointer ?? "");
    const line: TaskLine = {
      pointer,
      name: names.at(-1)?.name ?? printable(pointer),
      parent,
      depth: names.length - 1,
      status: "pending",
      startedMs: 0,
      endedMs: undefined,
      runs: new Set(),
      active: new Set(),
      retries: 0,
      children: [],
    };
    this.#byPointer.set(pointer, line);
    (parent?.children ?? this.roots).push(line);
    return line;
  }
}

/** The tasks on the way to a pointer, e.g. `/do/0/loop/do/1/inner`: `loop` and `inner`, each with its pointer. */
export function taskNames(pointer: string): { name: string; pointer: string }[] {
  const segments = pointer.split("/");
  const found: { name: string; pointer: string }[] = [];
  for (let index = 1; index < segments.length - 1; index++) {
    if (!/^\d+$/.test(segments[index]!)) continue;
    index++;
    const name = segments[index]!.replaceAll("~1", "/").replaceAll("~0", "~");
    found.push({ name: printable(name), pointer: segments.slice(0, index + 1).join("/") });
  }
  return found;
}
