import type { Json, JsonObject } from "../expression/json.ts";
import type { TaskSlot } from "./site.ts";
import { excerpt, type TaskRun } from "./task-run.ts";

/** A slot that must give an object. */
export function objectOf(run: TaskRun, slot: TaskSlot): JsonObject {
  const value = run.evaluate(slot);
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return value as JsonObject;
  throw run.error("expression", `${slot.label}: must give an object, not ${excerpt(value)}`);
}

/** A slot that must give an object, with its values as text; what is null is left out. */
export function textMap(run: TaskRun, slot: TaskSlot): Record<string, string> {
  const entries = Object.entries(objectOf(run, slot)).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([name, value]) => [name, asText(value ?? null)]));
}

/** A string as it is, anything else as JSON. */
export function asText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
