import type { Json, JsonObject } from "../../expression/json.ts";

/** About how long a value is as JSON, in characters; no more is looked at than what makes up `most`. */
export function dataLength(value: Json, most: number): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 8;
  let length = 2;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length && length <= most; at++)
      length += 1 + dataLength(value[at]!, most - length);
    return length;
  }
  for (const name in value) {
    if (length > most) break;
    length += name.length + 4 + dataLength((value as JsonObject)[name]!, most - length);
  }
  return length;
}
