import type { ActivityRequest } from "../dsl/request.ts";
import type { JsonObject } from "../expression/json.ts";
import type { Command } from "./command.ts";
import type { Outcome } from "./event.ts";
import type { LifecycleRecord, LifecycleType } from "./lifecycle.ts";
import type { Program, TaskNode } from "./program.ts";
import type { Frame, InnerState } from "./state.ts";
import type { ChildEnd } from "./task-kind.ts";

/**
 * Something to be done before any other task begins: go on with a run, or tell a parent that its child ended.
 */
export type Prompt = number | ChildEnded;
export interface ChildEnded {
  readonly parent: number;
  readonly child: TaskNode;
  readonly ended: ChildEnd;
}

/** One event at work on a state: what it changes, and what it leads to. Lives for one `advance`. */
export class Machine {
  readonly program: Program;
  readonly state: InnerState;
  /** The event's instant, ms since the epoch. */
  readonly nowMs: number;
  readonly lifecycle: LifecycleRecord[] = [];
  readonly prompt: Prompt[] = [];
  /** Runs that may begin, in order. */
  readonly ready: number[];
  /** Work of this slice so far beside its tasks: steps of expressions, and of comparing data. */
  spent = 0;
  readonly spend = (steps: number): void => {
    this.spent += steps;
  };
  private readonly sent: (Command | undefined)[] = [];
  /** Where in `sent` that which has not left yet stands: taking it back costs nothing. */
  private readonly unsent = new Map<string, number>();

  constructor(program: Program, state: InnerState, nowMs: number) {
    this.program = program;
    this.state = state;
    this.nowMs = nowMs;
    this.ready = state.agenda ?? [];
    delete state.agenda;
  }

  get commands(): Command[] {
    return this.sent.filter((command) => command !== undefined);
  }

  frame(id: number): Frame | undefined {
    return this.state.frames[id];
  }

  node(frame: Frame): TaskNode {
    const node = this.program.tasks.get(frame.task);
    if (node === undefined) throw new Error(`The state names a task that the program lacks: ${frame.task}`);
    return node;
  }

  send(command: Command): void {
    this.sent.push(command);
  }

  record(type: LifecycleType, more: Partial<LifecycleRecord> = {}): void {
    this.lifecycle.push({ type, at: this.nowMs, ...more });
  }

  /** Records what happened to a task, or to the workflow when the frame is the root's. */
  recordTask(
    verb: "started" | "cancelled" | "faulted" | "completed",
    id: number,
    more: Partial<LifecycleRecord> = {},
  ): void {
    const frame = this.state.frames[id]!;
    if (frame.parent === undefined) this.record(`workflow.${verb}`, more);
    else this.record(`task.${verb}`, { task: frame.task, run: id, ...more });
  }

  open(frame: Frame): number {
    const id = this.state.runs++;
    this.state.frames[id] = frame;
    this.state.size++;
    return id;
  }

  close(id: number): void {
    delete this.state.frames[id];
    this.state.size--;
  }

  /** Asks for an activity; unless `detached`, its end will be reported to the run. */
  startActivity(run: number, request: ActivityRequest, detached = false): string {
    const activity = this.id("a");
    const task = this.state.frames[run]!.task;
    const secrets = this.program.document.use?.secrets ?? [];
    if (!detached) this.expect(activity, run);
    this.sendAs(activity, {
      type: "run-activity",
      activity,
      task,
      request: secrets.length === 0 ? request : { ...request, secrets },
      ...(detached && { await: false }),
    });
    return activity;
  }

  startTimer(run: number, at: number): string {
    const timer = this.id("t");
    this.expect(timer, run);
    this.sendAs(timer, { type: "start-timer", timer, at });
    return timer;
  }

  startChild(
    run: number,
    more: Omit<Extract<Command, { type: "start-child" }>, "type" | "child" | "task">,
  ): string {
    const child = this.id("c");
    if (more.await) this.expect(child, run);
    this.sendAs(child, { type: "start-child", child, task: this.state.frames[run]!.task, ...more });
    return child;
  }

  emit(event: JsonObject): void {
    this.send({ type: "emit", event });
  }

  /** A number that no other activity, timer, child or event of the execution has. */
  id(prefix: string): string {
    return `${prefix}${++this.state.ids}`;
  }

  /** The run that awaits an id; from now on it awaits it no longer. */
  settle(id: string): number | undefined {
    if (!Object.hasOwn(this.state.awaits, id)) return undefined;
    const run = this.state.awaits[id];
    delete this.state.awaits[id];
    if (id.startsWith("a")) this.state.busy--;
    return run;
  }

  /** Gives up on an activity, timer or child. Without effect when it is not awaited. */
  cancel(id: string): void {
    if (this.settle(id) === undefined) return;
    const index = this.unsent.get(id);
    if (index !== undefined) this.sent[index] = undefined;
    else if (id.startsWith("a")) this.send({ type: "cancel-activity", activity: id });
    else if (id.startsWith("t")) this.send({ type: "cancel-timer", timer: id });
    else this.send({ type: "cancel-child", child: id });
  }

  /** Gives up on everything that these runs await. */
  cancelOf(runs: (run: number) => boolean): void {
    for (const [id, run] of Object.entries(this.state.awaits)) if (runs(run)) this.cancel(id);
  }

  /** The last thing an execution does: nothing but the public fields stays. */
  end(outcome: Outcome): void {
    const { state } = this;
    this.cancelOf(() => true);
    state.outcome = outcome;
    state.status = outcome.status;
    for (const field of Object.keys(state)) if (!keptAtEnd.has(field)) delete state[field];
    this.send({ type: "end", outcome });
  }

  private expect(id: string, run: number): void {
    this.state.awaits[id] = run;
    if (id.startsWith("a")) this.state.busy++;
  }

  private sendAs(id: string, command: Command): void {
    this.unsent.set(id, this.sent.length);
    this.sent.push(command);
  }
}

const keptAtEnd = new Set(["id", "status", "input", "startedAt", "outcome"]);
