import type { Json } from "../../expression/json.ts";
import type { Place } from "../source/place.ts";
import { quoted } from "../source/quote.ts";

/** How a message speaks of the value at a place. */
export function subject(place: Place): string {
  if (place.name === undefined) return "A definition";
  return place.key === undefined ? `Item ${Number(place.name) + 1}` : quoted(place.name);
}

export function typeOf(value: Json): "null" | "truth" | "number" | "text" | "list" | "object" {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  const type = typeof value;
  return type === "string" ? "text" : type === "boolean" ? "truth" : type === "number" ? "number" : "object";
}

/** How a message speaks of a value that is not what it must be. */
export function describe(value: Json): string {
  switch (typeOf(value)) {
    case "null":
      return "nothing";
    case "list":
      return "a list";
    case "object":
      return Object.keys(value as object).length === 0 ? "an empty mapping" : "a mapping";
    case "text":
      return quoted(value as string);
    case "number":
      return `the number ${value}`;
    default:
      return String(value);
  }
}
