import type { Json, JsonObject } from "../expression/json.ts";
import { sha256 } from "./sha256.ts";

/** SHA-256 (hex) over the canonical JSON of a value: keys sorted by code unit, no blanks, UTF-8. */
export function digest(value: Json): string {
  return sha256(new TextEncoder().encode(canonical(value)));
}

/** What a digest is made of. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const object = value as JsonObject;
  const members = Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(object[key]!)}`);
  return `{${members.join(",")}}`;
}
