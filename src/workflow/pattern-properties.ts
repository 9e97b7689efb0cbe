import type { Json, JsonObject } from "../expression/json.ts";
import { mapSchemas } from "./schema-walk.ts";

/**
 * `patternProperties` with counted work. The validator would hand the patterns to the host's engine, which nobody can stop.
 * For one value the keyword says nothing else than `properties` does with those of the value's own names that match.
 */

/** More names that match would make the schema larger than is good for anybody. */
const mostNames = 20_000;

/** What is the matter with a schema and a value that it is to check. */
export class TooManyNames extends Error {}

/** Whether a schema has the keyword. */
export function hasPatternProperties(schema: Json): boolean {
  return withPatternProperties(schema, new Set(), () => false) !== schema;
}

/**
 * The schema for a value with these names. Throws `TypeError` where a reference leads into what is replaced, and
 * `TooManyNames`.
 */
export function withPatternProperties(
  schema: Json,
  names: ReadonlySet<string>,
  matches: (pattern: string, name: string) => boolean,
): Json {
  let left = mostNames;
  return mapSchemas(schema, (each) => {
    const { patternProperties, properties, ...rest } = each;
    if (String(each["$ref"]).includes("/patternProperties/")) {
      throw new TypeError(
        `"$ref: ${each["$ref"]}" leads into "patternProperties": put the schema under "$defs"`,
      );
    }
    if (!isObject(patternProperties)) return each;
    const own = new Map<string, Json>(
      isObject(properties) ? (Object.entries(properties) as [string, Json][]) : [],
    );
    for (const [pattern, to] of Object.entries(patternProperties)) {
      for (const name of names) {
        if (!matches(pattern, name)) continue;
        if (--left < 0) throw new TooManyNames(`More than ${mostNames} names match its "patternProperties"`);
        const before = own.get(name);
        own.set(name, before === undefined ? to! : { allOf: [before, to!] });
      }
    }
    return { ...rest, properties: Object.fromEntries(own) };
  });
}

/** Every name of a property in a value. */
export function namesIn(value: Json, names = new Set<string>()): Set<string> {
  if (typeof value !== "object" || value === null) return names;
  for (const [name, child] of Object.entries(value)) {
    if (!Array.isArray(value)) names.add(name);
    namesIn(child as Json, names);
  }
  return names;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
