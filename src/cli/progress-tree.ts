import type { Execution, LifecycleRecord } from "../gen/pawl/v1/execution_pb.ts";
import type { Line } from "./command.ts";
import { formatDuration } from "./duration.ts";
import { colorOf, type Status, statusOf } from "./execution-view.ts";
import type { LiveRegion, Notices } from "./notices.ts";
import type { Progress } from "./progress.ts";
import { type Style, stderrStyle } from "./style.ts";
import { TaskTree } from "./task-tree.ts";
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
  #status: Status = "running";
  #startedMs = Date.now();
  #endedMs: number | undefined;
  #frame = 0;
  #drawnLines = 0;

  constructor({ notices, globals, args }: Line, id: string, live: boolean) {
    this.#notices = notices;
    this.#style = stderrStyle(globals.color);
    const what = args._[0] ?? id;
    const name = this.#style.bold(printable(what));
    this.#title = what === id ? name : `${name} ${id}`;
    this.#live = live;
    if (!live) return;
    notices.live(this);
    this.#clock = setInterval(() => this.#tick(), frameMs);
  }

  record(record: LifecycleRecord): void {
    if (record.type === "workflow.started" && record.at !== undefined) this.#startedMs = toMs(record.at);
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
    if (this.#live) this.#redraw();
    else this.#notices.raw(this.draw());
    this.#notices.live(undefined);
    this.#drawnLines = 0;
  }

  erase(): string {
    return this.#drawnLines === 0 ? "" : `\x1b[${this.#drawnLines}A\r\x1b[J`;
  }

  draw(): string {
    const { columns = 80, rows = 24 } = this.#live ? process.stderr : {};
    const nowMs = this.#endedMs ?? Date.now();
    const status = colorOf(this.#status, this.#style)(this.#status);
    const took = this.#style.dim(formatDuration(nowMs - this.#startedMs));
    const lines = formatTree(`${this.#title} ${status} ${took}`, this.#tree, {
      nowMs,
      columns,
      rows: this.#live ? rows - 1 : Number.POSITIVE_INFINITY,
      style: this.#style,
      frame: this.#live && this.#endedMs === undefined ? this.#frame : undefined,
    });
    this.#drawnLines = lines.length;
    return `${lines.join("\n")}\n`;
  }

  #tick(): void {
    this.#frame++;
    this.#redraw();
  }

  /**
   * Line over line: erasing all of it first would flicker, and where the tree fills the screen, terminals such as tmux
   * keep what is erased and pile up every frame above the screen.
   */
  #redraw(): void {
    const up = this.#drawnLines === 0 ? "" : `\x1b[${this.#drawnLines}A\r`;
    const lines = this.draw().trimEnd().split("\n");
    this.#notices.raw(`${up}${lines.map((line) => `\x1b[K${line}\n`).join("")}\x1b[J`);
  }
}
