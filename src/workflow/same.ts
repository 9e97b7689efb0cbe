import type { Json, JsonObject } from "../expression/json.ts";

/** Deeper than this, data is not compared but taken to differ. */
const maxDepth = 200;

/**
 * Whether two values are the same JSON text. What is the same is left out of a state; by text and not by
 * identity, since that is lost when a state is loaded, and equal states must lead to equal states. `spent` is told the work.
 */
export function same(a: Json, b: Json, spent?: (steps: number) => void, depth = 0): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object" || depth > maxDepth)
    return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  const others = Object.keys(b);
  spent?.(1 + keys.length);
  // The order of keys is part of the data.
  return (
    keys.length === others.length &&
    keys.every((key, at) => key === others[at] && same(member(a, key), member(b, key), spent, depth + 1))
  );
}

function member(value: object, key: string): Json {
  return (value as JsonObject)[key] ?? null;
}
