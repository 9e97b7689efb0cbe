import type { Json, JsonObject } from "../expression/json.ts";
import type { Machine } from "./machine.ts";
import { asJson } from "./program.ts";
import type { TaskSlot } from "./site.ts";
import { type Frame, rawInput, taskInput, taskOutput } from "./state.ts";

/** The variables a slot mentions, and no others: descriptors are built only where someone reads them. */
export function variablesOf(machine: Machine, frame: Frame, slot: TaskSlot): Record<string, Json> {
  // Without a prototype, since authors choose the names.
  const variables: Record<string, Json> = Object.create(null);
  for (const name of slot.arguments) variables[name] = argument(machine, frame, name);
  for (const name of slot.scoped) variables[name] = scoped(machine, frame, name);
  return variables;
}

/** A runtime expression argument (dsl.md "Runtime expression arguments"). */
function argument(machine: Machine, frame: Frame, name: string): Json {
  const { state, program } = machine;
  if (name === "context") return state.context;
  if (name === "input") return taskInput(state, frame);
  if (name === "output") return taskOutput(frame);
  if (name === "task") return taskDescriptor(machine, frame);
  if (name === "runtime") return { name: "pawl", version: program.version, metadata: {} };
  if (name === "workflow")
    return {
      id: state.id,
      definition: asJson(program.document),
      input: state.input,
      startedAt: instant(state.startedAt),
    };
  return null;
}

function taskDescriptor(machine: Machine, frame: Frame): JsonObject {
  const node = machine.node(frame);
  return {
    name: node.name,
    reference: frame.task,
    definition: asJson(node.task),
    input: rawInput(machine.state, frame),
    output: frame.result ?? null,
    startedAt: frame.at === undefined ? null : instant(frame.at),
  };
}

/** The value that the nearest enclosing task gives to a variable. */
function scoped(machine: Machine, frame: Frame, name: string): Json {
  let at: Frame | undefined = frame;
  while (at !== undefined) {
    if (at.variables !== undefined && Object.hasOwn(at.variables, name)) return at.variables[name] ?? null;
    at = at.parent === undefined ? undefined : machine.frame(at.parent);
  }
  return null;
}

/** dsl.md "DateTime Descriptor". */
function instant(ms: number): JsonObject {
  return {
    iso8601: new Date(ms).toISOString(),
    epoch: { seconds: Math.floor(ms / 1000), milliseconds: ms },
  };
}
