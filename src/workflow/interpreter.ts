import type { WorkflowDocument } from "../dsl/types.ts";
import { Failure } from "../failure.ts";
import type { Command } from "./command.ts";
import { compileProgram } from "./compiler.ts";
import type { StartedEvent, WorkflowEvent } from "./event.ts";
import type { LifecycleRecord } from "./lifecycle.ts";
import { Machine } from "./machine.ts";
import type { Program } from "./program.ts";
import { receive } from "./receive.ts";
import { readRuntime } from "./runtime.ts";
import { type InnerState, type State, stateFormat } from "./state.ts";
import { work } from "./work.ts";

/** What one event led to. */
export interface Step {
  /** Plain JSON; replaces the state that was given, which must not be used again. */
  readonly state: State;
  readonly commands: readonly Command[];
  readonly lifecycle: readonly LifecycleRecord[];
  /**
   * Set when the steps of the budget ended the slice: after so many tasks. With them alone as its budget the step is the
   * same, so that they are what is to be kept for a replay.
   */
  readonly tasks?: number;
}

/**
 * Bounds of one slice. It ends, with the command `continue`, after `tasks` task steps, or with the one in which more than
 * `steps` steps of expressions, and of comparing data, were used up.
 */
export interface Budget {
  readonly tasks: number;
  readonly steps?: number;
}

const defaultBudget: Budget = { tasks: 10_000 };

/**
 * Compiles a valid definition: every expression, every pointer. Throws `Failure`: `invalid_argument`, or
 * `unimplemented` for what cannot be run yet, each with the JSON pointer in `details`. Cache it. `version` is
 * `$runtime.version`, or with the bounds of expressions what `runtimeText` makes of both. With `late`, of a definition
 * that was prepared before without an error, an expression is compiled when it is first evaluated.
 */
export function prepare(
  document: WorkflowDocument,
  options: { readonly version?: string; readonly late?: boolean } = {},
): Program {
  return compileProgram(document, readRuntime(options.version ?? "unknown"), options.late);
}

/** The first step of an execution. */
export function begin(
  program: Program,
  event: StartedEvent & { readonly at: number },
  budget: Budget = defaultBudget,
): Step {
  const state: InnerState = {
    id: event.id,
    status: "running",
    input: event.input,
    startedAt: event.at,
    format: stateFormat,
    context: null,
    random: event.seed | 0,
    runs: 0,
    ids: 0,
    busy: 0,
    size: 0,
    frames: {},
    awaits: {},
  };
  const machine = new Machine(program, state, event.at);
  machine.ready.push(machine.open({ task: "", phase: "new" }));
  return slice(machine, budget);
}

/**
 * The interpreter: pure and deterministic in (program, state, event, budget). An event that no longer matters
 * (a timer of a cancelled task, a second result of an activity, anything after the end) changes nothing.
 * Throws `Failure` failed_precondition for a state that was written in a format of another version.
 */
export function advance(
  program: Program,
  state: State,
  event: WorkflowEvent,
  budget: Budget = defaultBudget,
): Step {
  if (state.outcome !== undefined) return { state, commands: [], lifecycle: [] };
  const machine = new Machine(program, readable(state), event.at);
  // While `continued` is on its way, tasks that other events make ready wait for it too.
  const paused = machine.ready.length > 0 && event.type !== "continued";
  receive(machine, event);
  return paused ? slice(machine, { tasks: 0 }, true) : slice(machine, budget);
}

function readable(state: State): InnerState {
  if (state.format === stateFormat) return state as InnerState;
  const message = `The execution's state has format ${state.format}, and this version reads ${stateFormat}`;
  throw new Failure("failed_precondition", message, {
    reason: "state-format",
    hint: "Run it with the version that wrote it, or a newer one",
  });
}

function slice(machine: Machine, budget: Budget, paused = false): Step {
  const { state } = machine;
  const tasks = work(machine, budget);
  if (state.outcome === undefined) {
    if (machine.ready.length > 0) {
      state.agenda = machine.ready;
      if (!paused) machine.send({ type: "continue" });
    }
    updateStatus(machine);
  }
  const { commands, lifecycle } = machine;
  return { state, commands, lifecycle, ...(tasks !== undefined && { tasks }) };
}

/** dsl.md "Status Phases": waiting while nothing but timers, events and children is awaited. */
function updateStatus(machine: Machine): void {
  const { state } = machine;
  const status = state.busy > 0 || machine.ready.length > 0 ? "running" : "waiting";
  if (status === state.status) return;
  state.status = status;
  machine.record("workflow.status-changed", { status });
}
