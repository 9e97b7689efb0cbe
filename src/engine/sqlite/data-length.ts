import type { Json } from "../../expression/json.ts";

/** About how long a value is as JSON, in characters; no more is looked at than what makes up `most`. */
export function dataLength(value: Json, most: number): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 8;
  let length = 2;
  for (const name of Object.keys(value)) {
    if (length > most) break;
    const own = Array.isArray(value) ? 1 : name.length + 4;
    length += own + dataLength((value as Record<string, Json>)[name]!, most - length);
  }
  return length;
}
