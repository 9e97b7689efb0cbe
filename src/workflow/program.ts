import type { Task, TaskKindName, WorkflowDocument } from "../dsl/types.ts";
import type { Json } from "../expression/json.ts";
import type { DurationSlot } from "./duration.ts";
import type { Runtime } from "./runtime.ts";
import type { SchemaCheck } from "./schema.ts";
import type { TaskSlot } from "./site.ts";
import type { TaskKind } from "./task-kind.ts";

/** A definition, compiled by `prepare`. Immutable; holds closures, so it is made anew on each machine. */
export interface Program extends Runtime {
  readonly document: WorkflowDocument;
  /** The workflow itself as a task: it has the pointer "". */
  readonly root: TaskNode;
  /** Every task by its JSON pointer. */
  readonly tasks: ReadonlyMap<string, TaskNode>;
}

/** One task of the definition, compiled. `P` is what its kind makes of it. */
export interface TaskNode<P = unknown> {
  readonly pointer: string;
  readonly name: string;
  readonly kindName: TaskKindName;
  readonly kind: TaskKind<P>;
  readonly plan: P;
  readonly task: Task;
  /** Place in its list. */
  readonly index: number;
  readonly if?: TaskSlot;
  readonly input: DataStage;
  readonly output: DataStage;
  readonly export: DataStage;
  readonly timeout?: DurationSlot;
  /** Its `then`. */
  readonly directive?: string;
}

/** One of the stages of dsl.md "Data Flow": a transformation, a schema, both or neither. */
export interface DataStage {
  readonly transform?: TaskSlot;
  readonly schema?: SchemaCheck;
}

/** A list of tasks: a scope of flow directives. */
export interface TaskSequence {
  readonly tasks: readonly TaskNode[];
  readonly byName: ReadonlyMap<string, TaskNode>;
}

/** A part of a definition, or an error, as the data that it is to expressions. */
export function asJson(value: object): Json {
  return value as Json;
}
