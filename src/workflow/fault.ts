import { type WorkflowError, WorkflowFault } from "../dsl/error.ts";
import type { Json } from "../expression/json.ts";
import { goOn } from "./life.ts";
import type { Machine } from "./machine.ts";
import { type Entry, Suspension, suspend } from "./suspension.ts";
import { TaskRun } from "./task-run.ts";

/**
 * Does one piece of a run's work; a workflow error in it becomes the run's fault, and where a value is missing that
 * only an activity can give, the work is put off until it is there.
 */
export function enter(machine: Machine, id: number, entry: Entry): void {
  const run = new TaskRun(machine, id);
  try {
    perform(run, entry);
    if (run.frame.suspended !== undefined) delete run.frame.suspended;
  } catch (error) {
    if (error instanceof Suspension) suspend(run, entry, error);
    else if (error instanceof WorkflowFault) fault(machine, id, error.error);
    else throw error;
  }
}

function perform(run: TaskRun, entry: Entry): void {
  const { kind } = run.node;
  const { tasks } = run.machine.program;
  if (entry.type === "go-on") goOn(run);
  else if (entry.type === "report") kind.report?.(run, entry.report);
  else if (entry.type === "child-completed") kind.childCompleted?.(run, tasks.get(entry.child)!, entry.ended);
  else if (kind.childFaulted?.(run, tasks.get(entry.child)!, entry.error) !== true)
    throw new WorkflowFault(entry.error);
}

/** A run faults; whether the task around it deals with the error, or faults too, is for that one to say. */
export function fault(machine: Machine, id: number, error: WorkflowError): void {
  const { parent, task } = machine.frame(id)!;
  discard(machine, id, error);
  if (parent === undefined) machine.end({ status: "faulted", error });
  else enter(machine, parent, { type: "child-faulted", child: task, error });
}

/** Stops a run in the middle of what it does: everything below it, and everything that it awaits. */
export function interrupt(machine: Machine, id: number): void {
  cancelBelow(machine, id);
  machine.cancelOf((awaiting) => awaiting === id);
}

/** Cancels everything below a run, children before their parents. */
export function cancelBelow(machine: Machine, id: number): void {
  cancelAll(machine, (_, parent, chosen) => parent === id || chosen.has(parent));
}

/** Cancels all runs but the workflow's own frame. */
export function cancelEverything(machine: Machine): void {
  cancelAll(machine, () => true);
}

/**
 * A task said `then: end`: the tasks that contain it are complete with its output, everything beside it is
 * cancelled, and the workflow completes.
 */
export function endWorkflow(machine: Machine, parent: number, output: Json): void {
  const around: number[] = [];
  for (let id = parent; ; ) {
    const frame = machine.frame(id)!;
    if (frame.parent === undefined) break;
    around.push(id);
    id = frame.parent;
  }
  const kept = new Set(around);
  cancelAll(machine, (id) => !kept.has(id));
  machine.cancelOf((id) => kept.has(id));
  for (const id of around) {
    machine.recordTask("completed", id, { output });
    machine.close(id);
  }
  machine.prompt.length = 0;
  new TaskRun(machine, 0).complete(output);
}

function discard(machine: Machine, id: number, error: WorkflowError): void {
  const frame = machine.frame(id)!;
  const { at, task, timeout } = frame;
  // Of all others the one task below is over already; looking for more would cost a walk over all frames.
  if (machine.node(frame).kind.concurrent) cancelBelow(machine, id);
  if (timeout !== undefined) machine.cancel(timeout);
  // Its `if` failed, before it could start.
  if (at === undefined) machine.record("task.created", { task, run: id });
  machine.recordTask("faulted", id, { error });
  machine.close(id);
}

type Choice = (id: number, parent: number, chosen: ReadonlySet<number>) => boolean;

function cancelAll(machine: Machine, choose: Choice): void {
  const chosen = new Set<number>();
  // Parents stand before their children, so one pass finds all descendants.
  for (const [key, frame] of Object.entries(machine.state.frames)) {
    if (frame.parent !== undefined && choose(Number(key), frame.parent, chosen)) chosen.add(Number(key));
  }
  if (chosen.size === 0) return;
  machine.cancelOf((id) => chosen.has(id));
  for (const id of [...chosen].reverse()) {
    if (machine.frame(id)!.at !== undefined) machine.recordTask("cancelled", id);
    machine.close(id);
  }
}
