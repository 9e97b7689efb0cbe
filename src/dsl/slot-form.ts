import type { Json, JsonObject } from "../expression/json.ts";

/**
 * What the value of a slot has to be where it is used. `optional-text`: null means that there is none. `text-map`: an
 * object whose values are made text, without those that are null. `arguments`: an array, or a map that becomes
 * `--key value` pairs (rulings 10 and 16).
 */
export type SlotForm = keyof typeof forms;

/** What a value is in a form, or what was expected instead of it. */
export function inForm(
  value: Json,
  form: SlotForm,
): { readonly value: Json } | { readonly expected: string } {
  return forms[form](value);
}

/** A string as it is, anything else as JSON. */
export function asText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

const anObject = { expected: "an object" };

const forms = {
  value: (value: Json) => ({ value }),
  text: (value: Json) => (typeof value === "string" ? { value } : { expected: "a string" }),
  "optional-text": (value: Json) => ({ value: value === null ? null : asText(value) }),
  object: (value: Json) => (isObject(value) ? { value } : anObject),
  "text-map": (value: Json) => (isObject(value) ? { value: textMap(value) } : anObject),
  arguments(value: Json) {
    if (value === null) return { value: [] };
    if (Array.isArray(value)) return { value: (value as readonly Json[]).map(asText) };
    if (!isObject(value)) return { expected: "an array or an object" };
    return { value: Object.entries(value).flatMap(([key, item]) => [`--${key}`, asText(item ?? null)]) };
  },
} satisfies Record<string, (value: Json) => { value: Json } | { expected: string }>;

function isObject(value: Json): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function textMap(value: JsonObject): JsonObject {
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([name, item]) => [name, asText(item ?? null)]));
}
