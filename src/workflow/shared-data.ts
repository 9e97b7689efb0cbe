import type { Json, JsonObject } from "../expression/json.ts";
import { same } from "./same.ts";
import type { InnerState, State } from "./state.ts";

/** With how many of the values before it a value is compared: what a task is given comes from near. */
const neighbours = 4;
/** How deep parts of values are looked at: tasks pass on members of objects. */
const maxDepth = 2;

/**
 * Makes equal data of a state that was read from its text one object again, as it was before. Comparing it, which tasks do
 * with all that is handed to them, takes no time then, and would else take as long as the data is, for every task.
 */
export function shareData(state: State): void {
  const { input, context, frames } = state as InnerState;
  const known: Json[] = [input ?? null, context ?? null];
  for (const frame of Object.values(frames ?? {})) {
    for (const field of ["raw", "input", "result", "output"] as const) {
      const value = frame[field];
      if (typeof value !== "object" || value === null) continue;
      const kept = known.slice(-neighbours).reduce<Json>((one, other) => shared(one, other, 0), value);
      frame[field] = kept;
      known.push(kept);
    }
  }
}

function shared(value: Json, other: Json, depth: number): Json {
  if (typeof value !== "object" || typeof other !== "object" || value === null || other === null)
    return value;
  if (same(value, other)) return other;
  if (depth === maxDepth || Array.isArray(value) || Array.isArray(other)) return value;
  const members = value as { [name: string]: Json };
  for (const name of Object.keys(members)) {
    if (name !== "__proto__" && Object.hasOwn(other, name)) {
      members[name] = shared(members[name]!, (other as JsonObject)[name]!, depth + 1);
    }
  }
  return members;
}
