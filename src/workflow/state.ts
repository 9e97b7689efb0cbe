import type { Json } from "../expression/json.ts";
import type { Outcome } from "./event.ts";
import type { ExecutionStatus } from "./lifecycle.ts";
import type { Suspended } from "./suspension.ts";

/**
 * Where an execution stands: plain JSON, complete in itself. The rooms above read these fields and no others.
 */
export interface State {
  readonly id: string;
  status: ExecutionStatus;
  readonly input: Json;
  readonly startedAt: number;
  outcome?: Outcome;
  /** The interpreter's own. */
  [field: string]: unknown;
}

/** Of `InnerState`. A change that an older interpreter would misread gets another number. */
export const stateFormat = 1;

/** The whole state, as the interpreter knows it. An ended execution keeps the public fields only. */
export interface InnerState extends State {
  readonly format: number;
  /** `$context`; null until an `export` (ruling 5). */
  context: Json;
  /** The execution's generator (jitter), see `random.ts`. */
  random: number;
  /** Last number given to a run, and to an activity, timer, child or event. */
  runs: number;
  ids: number;
  /** How many activities are awaited: what tells `running` from `waiting`. */
  busy: number;
  /** How many frames there are. */
  size: number;
  /** Running tasks by run number; "0" is the workflow itself. A parent always stands before its children. */
  frames: Record<string, Frame>;
  /** Which frame awaits an activity, timer or child: run number by id. */
  awaits: Record<string, number>;
  /** Runs that may go on, when a slice ended before all work was done; the answer `continued` is awaited. */
  agenda?: number[];
  /** External resources that were fetched, by URI, or by what the URI is made of when that must not be seen. */
  resources?: Record<string, Json>;
}

/**
 * Where a task stands; each but `new` and `run` may wait for an external schema, and is then entered again.
 */
export type Phase = "new" | "input" | "run" | "output" | "export";

/** One running task. A value equal to its default is left out, so that data is not written once per level. */
export interface Frame {
  /** JSON pointer of the task in the definition; empty for the workflow itself. */
  readonly task: string;
  /** Run number of the enclosing task; absent for the workflow. */
  readonly parent?: number;
  phase: Phase;
  /** Raw input; absent: the transformed input of the parent. */
  raw?: Json;
  /** Transformed input; absent: the raw input. */
  input?: Json;
  /** When the task started, ms since the epoch; absent: not yet. */
  at?: number;
  /** Raw output, once there is one. */
  result?: Json;
  /** Transformed output; absent: the raw output. */
  output?: Json;
  /** Where to go next, overriding the task's own `then`. */
  directive?: string;
  /** Variables for everything below this frame (`for`, `catch`), by name without `$`. */
  variables?: Record<string, Json>;
  /** Timer of the task's timeout. */
  timeout?: string;
  /** Key in `resources` of the external schema that is being fetched. */
  fetching?: string;
  /** The work that waits for a value that an activity evaluates. */
  suspended?: Suspended;
  /** What `export.as` gave, while its schema is being fetched. */
  exported?: Json;
  /** What the task's kind keeps. */
  data?: unknown;
}

/** The raw input of a frame (dsl.md "Data Flow"). */
export function rawInput(state: InnerState, frame: Frame): Json {
  if (frame.raw !== undefined) return frame.raw;
  return frame.parent === undefined ? state.input : taskInput(state, state.frames[frame.parent]!);
}

/** The transformed input of a frame. */
export function taskInput(state: InnerState, frame: Frame): Json {
  let at = frame;
  while (at.input === undefined) {
    if (at.raw !== undefined) return at.raw;
    if (at.parent === undefined) return state.input;
    at = state.frames[at.parent]!;
  }
  return at.input;
}

/** The transformed output of a frame; null while there is none. */
export function taskOutput(frame: Frame): Json {
  if (frame.output !== undefined) return frame.output;
  return frame.result === undefined ? null : frame.result;
}
