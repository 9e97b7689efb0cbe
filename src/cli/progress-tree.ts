import type { Execution, LifecycleRecord } from "../gen/pawl/v1/execution_pb.ts";
import type { Line } from "./command.ts";
import { formatDuration } from "./duration.ts";
import { colorOf, type Status, statuses, statusOf } from "./execution-view.ts";
import type { LiveRegion, Notices } from "./notices.ts";
import type { Progress } from "./progress.ts";
import { type Style, stderrStyle } from "./style.ts";
import { TaskTree } from "./task-tree.ts";
import { isForeground, onSuspend } from "./terminal.ts";
import { formatTree } from "./tree-view.ts";
import { printable, toMs } from "./wire.ts";

const frameMs = 100;

/** A tree of the tasks that redraws itself in place on a terminal; elsewhere it is printed once, at the end. */
export class TreeProgress implements Progress, LiveRegion {
  readonly wantsRecords = true;
  readonly #notices: Notices;
  readonly #style: Style;
  readonly #title: string;
  readonly #live: boolean;
  readonly #tree = new TaskTree();
  readonly #clock: ReturnType<typeof setInterval> | undefined;
  #status: Status = "pending";
  #startedMs = Date.now();
  #endedMs: number | undefined;
  #frame = 0;
  /** The widths of the lines that were drawn last, from where the cursor is upwards. */
  #drawn: readonly number[] = [];
  readonly #ignoreSuspend: () => void;

  constructor({ notices, globals, args }: Line, id: string, live: boolean) {
    this.#notices = notices;
    this.#style = stderrStyle(globals.color);
    const what = args._[0] ?? id;
    const name = this.#style.bold(printable(what));
    this.#title = what === id ? name : `${name} ${id}`;
    this.#live = live;
    this.#ignoreSuspend = live ? onSuspend(() => this.#forget()) : () => {};
    if (!live) return;
    notices.live(this);
    this.#clock = setInterval(() => this.#tick(), frameMs);
  }

  record(record: LifecycleRecord): void {
    if (record.type === "workflow.started" && record.at !== undefined) this.#startedMs = toMs(record.at);
    if (this.#status === "pending") this.#status = "running";
    if (record.type === "workflow.status-changed") {
      this.#status = statuses.find((status) => status === record.status) ?? this.#status;
    }
    // Many records may come at once: the clock draws them together.
    this.#tree.add(record);
  }

  ended(execution: Execution): Execution {
    this.#status = statusOf(execution);
    this.#endedMs = execution.endedAt === undefined ? Date.now() : toMs(execution.endedAt);
    return execution;
  }

  close(): void {
    clearInterval(this.#clock);
    this.#ignoreSuspend();
    if (this.#live) this.#redraw();
    else this.#notices.raw(this.draw());
    this.#notices.live(undefined);
    this.#forget();
  }

  erase(): string {
    const up = this.#drawnRows();
    return up === 0 ? "" : `\x1b[${up}A\r\x1b[J`;
  }

  draw(): string {
    const { columns, rows } = this.#size();
    const nowMs = this.#endedMs ?? Date.now();
    const status = colorOf(this.#status, this.#style)(this.#status);
    const took = this.#style.dim(formatDuration(nowMs - this.#startedMs));
    const lines = formatTree(`${this.#title} ${status} ${took}`, this.#tree, {
      nowMs,
      columns,
      rows: rows - 1,
      style: this.#style,
      frame: this.#live && this.#endedMs === undefined ? this.#frame : undefined,
    });
    this.#drawn = lines.map((line) => Bun.stringWidth(line));
    return `${lines.join("\n")}\n`;
  }

  #tick(): void {
    this.#frame++;
    // In the background the lines above the cursor are the shell's.
    if (isForeground()) this.#redraw();
    else this.#forget();
  }

  /**
   * Line over line: erasing all of it first would flicker, and where the tree fills the screen, terminals such as tmux
   * keep what is erased and pile up every frame above the screen.
   */
  #redraw(): void {
    const drawnRows = this.#drawnRows();
    const up = drawnRows === 0 ? "" : `\x1b[${drawnRows}A\r`;
    const lines = this.draw().trimEnd().split("\n");
    this.#notices.raw(`${up}${lines.map((line) => `\x1b[K${line}\n`).join("")}\x1b[J`);
  }

  /** How far up it begins: a terminal that has become narrower has wrapped what was drawn for a wider one. */
  #drawnRows(): number {
    const { columns, rows } = this.#size();
    const drawnRows = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return Math.min(drawnRows, Math.max(0, rows - 1));
  }

  /** Begins below whatever is on the screen now. */
  #forget(): void {
    this.#drawn = [];
  }

  /** A terminal may not know its size, and say 0. */
  #size(): { columns: number; rows: number } {
    if (!this.#live) return { columns: 80, rows: Number.POSITIVE_INFINITY };
    return { columns: process.stderr.columns || 80, rows: process.stderr.rows || 24 };
  }
}
