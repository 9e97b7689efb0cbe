import type { Task, TaskList, Use, WorkflowDocument } from "../dsl/types.ts";
import type { Json } from "../expression/json.ts";
import { compileSlot, type Slot, SlotError, type SlotOptions } from "../expression/slot.ts";
import { Failure } from "../failure.ts";
import { type DurationSlot, durationMs } from "./duration.ts";
import type { TaskNode, TaskSequence } from "./program.ts";

/** A slot of a definition with what is needed to evaluate it and to say where it failed. */
export interface TaskSlot {
  readonly slot: Slot;
  /** JSON pointer of the slot. */
  readonly label: string;
  readonly value: Json;
  readonly kind: SlotOptions["kind"];
  readonly mode: SlotOptions["mode"];
  /** Runtime expression arguments that it mentions (dsl.md "Runtime expression arguments"). */
  readonly arguments: readonly string[];
  /** Variables of enclosing tasks (`for`, `catch`) that it mentions. */
  readonly scoped: readonly string[];
}

/** Which arguments exist at which stage: the availability matrix of dsl.md. */
const available = {
  "workflow-input": ["workflow", "runtime"],
  "workflow-output": ["context", "workflow", "runtime"],
  "workflow-definition": ["context", "input", "workflow", "runtime"],
  /** Before the task's input is known. */
  before: ["context", "task", "workflow", "runtime"],
  definition: ["context", "input", "task", "workflow", "runtime", "authorization"],
  export: ["context", "input", "output", "task", "workflow", "runtime", "authorization"],
} as const;
export type Stage = keyof typeof available;

/** What `prepare` hands from place to place. */
export interface Compiler {
  readonly document: WorkflowDocument;
  readonly use: Use;
  /** Expressions are compiled when they are first evaluated: they were all compiled before, in a check. */
  readonly late: boolean;
  task(task: Task, place: { name: string; index: number; site: Site }): TaskNode;
}

/** Where a task stands in the definition, and how its parts are compiled there. */
export class Site {
  readonly compiler: Compiler;
  readonly pointer: string;
  readonly depth: number;
  private readonly scoped: readonly string[];

  constructor(compiler: Compiler, pointer: string, depth = 0, scoped: readonly string[] = []) {
    this.compiler = compiler;
    this.pointer = pointer;
    this.depth = depth;
    this.scoped = scoped;
  }

  /** A slot that can hold nothing but an expression (ruling 2); objects there are templates. */
  expression(value: Json, path: string, stage: Stage = "definition", own: readonly string[] = []): TaskSlot {
    return this.slot(value, path, "expression", stage, own);
  }

  /** A slot in which only `${ }` makes an expression. */
  value(value: Json, path: string, stage: Stage = "definition"): TaskSlot {
    return this.slot(value, path, "value", stage, []);
  }

  /** A slot whose text belongs to another language (ruling 3). */
  literal(value: Json, path: string): TaskSlot {
    return this.slot(value, path, "literal", "definition", []);
  }

  duration(value: Json, path: string, stage: Stage = "definition"): DurationSlot {
    const slot = this.value(value, path, stage);
    if (slot.slot.constant === undefined) return { slot };
    const ms = durationMs(slot.slot.constant);
    if (ms !== null) return { ms };
    throw this.invalid(path, `Not a duration: ${JSON.stringify(value)}`, 'Write {"seconds": 5} or "PT5S"');
  }

  /** A list of tasks below this one; `own` are the variables that they see in addition. */
  list(tasks: TaskList, path: string, own: readonly string[] = []): TaskSequence {
    const scoped = own.length === 0 ? this.scoped : [...new Set([...this.scoped, ...own])];
    const nodes = tasks.map((entry, index) => {
      const name = Object.keys(entry)[0]!;
      const pointer = `${this.pointer}${path}/${index}/${escapePointer(name)}`;
      const site = new Site(this.compiler, pointer, this.depth + 1, scoped);
      return this.compiler.task(entry[name]!, { name, index, site });
    });
    return { tasks: nodes, byName: new Map(nodes.map((node) => [node.name, node])) };
  }

  /** A component of `use` by name. */
  component<K extends "authentications" | "errors" | "retries" | "timeouts">(
    kind: K,
    name: string,
    path: string,
  ): NonNullable<Use[K]>[string] {
    const components = this.compiler.use[kind];
    if (components !== undefined && Object.hasOwn(components, name))
      return components[name] as NonNullable<Use[K]>[string];
    throw this.invalid(path, `There is no "${name}" in use.${kind}`, `Define it under use.${kind}`);
  }

  invalid(path: string, message: string, hint?: string): Failure {
    const pointer = this.pointer + path;
    return new Failure("invalid_argument", `${message} (${pointer || "/"})`, {
      reason: "definition-invalid",
      details: { pointer },
      ...(hint !== undefined && { hint }),
    });
  }

  unsupported(path: string, what: string): Failure {
    const pointer = this.pointer + path;
    return new Failure("unimplemented", `${what} is not supported yet (${pointer})`, {
      reason: "not-supported",
      details: { pointer },
    });
  }

  private slot(
    value: Json,
    path: string,
    kind: SlotOptions["kind"],
    stage: Stage,
    own: readonly string[],
  ): TaskSlot {
    const mode = this.compiler.document.evaluate?.mode ?? "strict";
    const compiled = () => {
      const scoped = [...this.scoped, ...own];
      const variables = [...new Set([...available[stage], "secrets", ...scoped])];
      const slot = this.compiled(value, path, { kind, mode, variables });
      const mentioned = [...slot.variables];
      return {
        slot,
        arguments: mentioned.filter((name) => !scoped.includes(name)),
        scoped: mentioned.filter((name) => scoped.includes(name)),
      };
    };
    const written = { value, kind, mode, label: this.pointer + path };
    return this.compiler.late ? lateSlot(written, compiled) : { ...written, ...compiled() };
  }

  private compiled(value: Json, path: string, options: SlotOptions): Slot {
    try {
      return compileSlot(value, options);
    } catch (error) {
      if (!(error instanceof SlotError)) throw error;
      throw this.invalid(path + error.pointer, `Invalid expression: ${error.message}`, error.hint);
    }
  }
}

type Compiled = Pick<TaskSlot, "slot" | "arguments" | "scoped">;

/** A plain object all the same: who copies it copies what was compiled. */
function lateSlot(written: Omit<TaskSlot, keyof Compiled>, compile: () => Compiled): TaskSlot {
  let known: Compiled | undefined;
  const compiled = () => {
    known ??= compile();
    return known;
  };
  return {
    ...written,
    get slot() {
      return compiled().slot;
    },
    get arguments() {
      return compiled().arguments;
    },
    get scoped() {
      return compiled().scoped;
    },
  };
}

export function escapePointer(key: string): string {
  return key.includes("~") || key.includes("/") ? key.replaceAll("~", "~0").replaceAll("/", "~1") : key;
}
