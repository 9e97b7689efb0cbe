import type { Json, JsonObject } from "../expression/json.ts";

/** Keywords whose values are data, and those whose keys are names of the author's. */
const dataKeywords = new Set(["const", "enum", "default", "examples"]);
const namedKeywords = new Set([
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
  "dependentSchemas",
  "dependencies",
]);

/** A copy of a JSON Schema in which every schema, innermost first, is changed; the same one where nothing is. */
export function mapSchemas(schema: Json, change: (schema: JsonObject) => JsonObject): Json {
  if (Array.isArray(schema)) return mapped(schema, (item) => mapSchemas(item, change));
  if (!isObject(schema)) return schema;
  return change(
    mapped(schema, (value, key) => {
      if (dataKeywords.has(key)) return value;
      if (!namedKeywords.has(key)) return mapSchemas(value, change);
      return isObject(value) ? mapped(value, (named) => mapSchemas(named, change)) : value;
    }),
  );
}

function mapped<T extends JsonObject | readonly Json[]>(from: T, map: (value: Json, key: string) => Json): T {
  let same = true;
  const entries = Object.entries(from).map(([key, value]) => {
    const now = map(value as Json, key);
    same &&= now === value;
    return [key, now] as const;
  });
  if (same) return from;
  return (Array.isArray(from) ? entries.map(([, value]) => value) : Object.fromEntries(entries)) as T;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
