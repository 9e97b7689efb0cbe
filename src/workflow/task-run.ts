import { type StandardError, standardError, WorkflowFault } from "../dsl/error.ts";
import type { ActivityRequest } from "../dsl/request.ts";
import { shorten, slotFailure } from "../dsl/slot-failure.ts";
import { inForm, type SlotForm } from "../dsl/slot-form.ts";
import { ExpressionError } from "../expression/expression.ts";
import type { Json } from "../expression/json.ts";
import { truthy } from "../expression/slot.ts";
import { type DurationSlot, requireDuration } from "./duration.ts";
import type { Machine } from "./machine.ts";
import type { TaskNode, TaskSequence } from "./program.ts";
import { evaluation } from "./request-parts.ts";
import { same } from "./same.ts";
import type { TaskSlot } from "./site.ts";
import { type Frame, taskInput } from "./state.ts";
import { Suspension } from "./suspension.ts";
import type { ChildEnd } from "./task-kind.ts";
import { variablesOf } from "./variables.ts";

/** How many tasks of one execution may run at the same time. */
const maxFrames = 20_000;

/**
 * One run of one task, as its kind sees it. Made anew whenever it is this run's turn; keeps nothing of its
 * own.
 */
export class TaskRun<P = unknown> {
  readonly machine: Machine;
  readonly id: number;
  readonly frame: Frame;
  readonly node: TaskNode<P>;

  constructor(machine: Machine, id: number) {
    this.machine = machine;
    this.id = id;
    this.frame = machine.frame(id)!;
    this.node = machine.node(this.frame) as TaskNode<P>;
  }

  get plan(): P {
    return this.node.plan;
  }

  /** The transformed input. */
  get input(): Json {
    return taskInput(this.machine.state, this.frame);
  }

  /** The slot of the authentication that `$authorization` describes here. */
  get authentication(): TaskSlot | undefined {
    return this.node.kind.authentication?.(this.plan);
  }

  /** Whether only an activity can evaluate a slot, because it mentions what must not be seen here. */
  travels(slot: TaskSlot): boolean {
    if (slot.arguments.includes("secrets")) return true;
    return slot.arguments.includes("authorization") && this.authentication !== undefined;
  }

  /**
   * Throws `WorkflowFault` with an expression error that names the slot, the expression and jq's message; and a
   * `Suspension` the first time for a slot that travels: what asked for the value is done again once it is known.
   */
  evaluate(slot: TaskSlot, input: Json = this.input): Json {
    if (slot.slot.constant !== undefined) return slot.slot.constant;
    if (this.travels(slot)) return this.known(slot, input);
    const variables = variablesOf(this.machine, this.frame, slot);
    try {
      const { nowMs, program, spend: spent } = this.machine;
      return slot.slot.evaluate(input, { variables, nowMs, limits: program.limits, spent });
    } catch (error) {
      if (error instanceof ExpressionError) throw this.expressionFault(slot, error);
      throw error;
    }
  }

  test(slot: TaskSlot, input: Json = this.input): boolean {
    return truthy(this.evaluate(slot, input));
  }

  /** A slot that must give text. */
  text(slot: TaskSlot, input: Json = this.input): string {
    return this.evaluateAs("text", slot, input) as string;
  }

  /** A slot that must give a certain form. */
  evaluateAs(form: SlotForm, slot: TaskSlot, input: Json = this.input): Json {
    const value = this.evaluate(slot, input);
    const formed = inForm(value, form);
    if ("value" in formed) return formed.value;
    const detail = `${slot.label}: must give ${formed.expected}, not ${excerpt(value)}`;
    throw this.error("expression", detail, slot.label);
  }

  /** Milliseconds. */
  duration(slot: DurationSlot): number {
    if ("ms" in slot) return slot.ms;
    const { label } = slot.slot;
    return requireDuration(this.evaluate(slot.slot), label, this.frame.task || label);
  }

  /**
   * A standard error of this task (ruling 9), to be thrown; of the workflow itself, it names the place `at`.
   */
  error(kind: StandardError, detail: string, at = "/"): WorkflowFault {
    return new WorkflowFault(standardError(kind, detail, { instance: this.frame.task || at }));
  }

  /** The task's work is done; its data stages follow. `directive` overrides the task's own. */
  complete(output: Json, directive?: string): void {
    const { frame } = this;
    frame.phase = "output";
    frame.result = output;
    if (directive !== undefined) frame.directive = directive;
    delete frame.variables;
    delete frame.data;
    this.machine.prompt.push(this.id);
  }

  startActivity(request: ActivityRequest, detached = false): string {
    return this.machine.startActivity(this.id, request, detached);
  }

  /** Fires `ms` after the event that is being handled. */
  startTimer(ms: number): string {
    return this.machine.startTimer(this.id, this.machine.nowMs + ms);
  }

  /** Begins a task directly below this one; without `input` it gets this task's. */
  begin(node: TaskNode, input?: Json): number {
    if (this.machine.state.size >= maxFrames)
      throw this.error("runtime", `More than ${maxFrames} tasks would run at the same time`);
    const frame: Frame = { task: node.pointer, parent: this.id, phase: "new" };
    if (input !== undefined && !same(input, this.input, this.machine.spend)) frame.raw = input;
    const id = this.machine.open(frame);
    this.machine.ready.push(id);
    return id;
  }

  /** Begins a list; false when it is empty. */
  enter(list: TaskSequence, input?: Json): boolean {
    const [first] = list.tasks;
    if (first !== undefined) this.begin(first, input);
    return first !== undefined;
  }

  /** Goes where a child's flow directive says; false when the scope is complete ("end" never gets here). */
  follow(list: TaskSequence, child: TaskNode, { output, directive }: ChildEnd): boolean {
    if (directive === "exit") return false;
    const inOrder = directive === undefined || directive === "continue";
    const next = inOrder ? list.tasks[child.index + 1] : list.byName.get(directive);
    if (next === undefined && !inOrder)
      throw this.error("configuration", `"${directive}" is not a task of this list (${child.pointer}/then)`);
    if (next !== undefined) this.begin(next, output);
    return next !== undefined;
  }

  private known(slot: TaskSlot, input: Json): Json {
    const known = this.frame.suspended?.known ?? {};
    if (Object.hasOwn(known, slot.label)) return known[slot.label]!;
    throw new Suspension(slot.label, evaluation(this, slot, input));
  }

  private expressionFault({ label, value }: TaskSlot, error: ExpressionError): WorkflowFault {
    return this.error("expression", slotFailure(label, value, error), label);
  }
}

/** The beginning of a value, for an error's text. */
export function excerpt(value: Json): string {
  return shorten(JSON.stringify(value));
}
