import type { Json, JsonObject } from "../../expression/json.ts";
import { documentSlots, matches, type Slot, scopes, slotsOf } from "../slots.ts";
import { declaredBy, tasksOf, type Visit } from "./walk.ts";

/** A slot of a document with what stands in it. */
export interface FilledSlot {
  readonly pointer: string;
  readonly value: Json;
  readonly kind: Slot["kind"];
  readonly variables: readonly string[];
  /** The name of the task it belongs to, if it belongs to one. */
  readonly task?: string;
}

/** Every slot of a document that holds something. */
export function* filledSlots(
  document: JsonObject,
  tasks: readonly Visit[] = [...tasksOf(document)],
): Generator<FilledSlot> {
  const shared = declaredAnywhere(tasks);
  for (const slot of documentSlots) {
    const variables = [...scopes[slot.scope], ...(slot.path.startsWith("use.") ? shared : [])];
    for (const match of matches(slot.path, document, "")) yield { ...match, kind: slot.kind, variables };
  }
  for (const { task, kind, pointer, name, locals } of tasks) {
    for (const slot of slotsOf(kind, task["call"])) {
      if (!Object.hasOwn(task, slot.key)) continue;
      const found = matches(slot.path, task, pointer);
      if (found.length === 0) continue;
      const own = slot.locals === undefined ? [] : declaredBy(task, slot.locals).map((each) => each.name);
      const variables = [...scopes[slot.scope], ...locals, ...own];
      for (const { pointer: at, value } of found) {
        yield { pointer: at, value, kind: slot.kind, variables, task: name };
      }
    }
  }
}

/** What is under `use` is evaluated where it is used, so it may mention the variables of any loop. */
function declaredAnywhere(tasks: readonly Visit[]): string[] {
  const names = new Set<string>(["error"]);
  for (const { task } of tasks) {
    for (const declares of ["loop", "error", "item"] as const) {
      for (const { name } of declaredBy(task, declares)) names.add(name);
    }
  }
  return [...names];
}
