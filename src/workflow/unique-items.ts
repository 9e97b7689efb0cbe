import type { Json } from "../expression/json.ts";

/**
 * The validator compares every item of a list with every other for `uniqueItems`: half a minute for 30,000 of them, in
 * which nothing else would run. Whether a value has any list with an item twice is told in one pass over it, though, and
 * where there is none, the keyword holds everywhere and can be left out.
 */
export interface Uniqueness {
  /** Some list in the value has an item twice. */
  readonly repeats: boolean;
  /** How many comparisons the validator may make. */
  readonly comparisons: number;
}

/** Lists up to here are compared in no time. */
const shortList = 64;

/** Undefined: all lists are so short that the validator may do it its way. */
export function uniquenessOf(value: Json): Uniqueness | undefined {
  if (!hasLongList(value)) return undefined;
  const ids = new Map<string, number>();
  let repeats = false;
  let comparisons = 0;
  /** Equal values have equal numbers. */
  const idOf = (each: Json): number => {
    let key: string;
    if (Array.isArray(each)) {
      const items = each.map(idOf);
      repeats ||= new Set(items).size < items.length;
      comparisons += items.length ** 2;
      key = `[${items.join()}`;
    } else if (typeof each === "object" && each !== null) {
      const fields = Object.entries(each).map(([name, field]) => `${JSON.stringify(name)}:${idOf(field!)}`);
      key = `{${fields.sort().join()}`;
    } else key = JSON.stringify(each);
    const id = ids.get(key) ?? ids.size;
    ids.set(key, id);
    return id;
  };
  idOf(value);
  return { repeats, comparisons };
}

function hasLongList(value: Json): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.length > shortList || value.some(hasLongList);
  return Object.values(value).some((each) => each !== undefined && hasLongList(each));
}

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

/** A copy of the schema without the keyword; the same schema when it does not have it. */
export function withoutUniqueItems(schema: Json): Json {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return kept(schema, schema.map(withoutUniqueItems));
  const entries = Object.entries(schema).flatMap(([key, value]): [string, Json][] => {
    if (value === undefined || (key === "uniqueItems" && value === true)) return [];
    if (dataKeywords.has(key)) return [[key, value]];
    return [[key, namedKeywords.has(key) ? eachNamed(value) : withoutUniqueItems(value)]];
  });
  return kept(schema, Object.fromEntries(entries));
}

function eachNamed(value: Json): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const named = Object.entries(value).map(([name, schema]) => [name, withoutUniqueItems(schema!)] as const);
  return kept(value, Object.fromEntries(named));
}

/** Identity tells whether anything was taken away. */
function kept(before: Json, after: Json): Json {
  const [old, now] = [Object.entries(before as object), Object.entries(after as object)];
  return old.length === now.length && old.every(([, value], index) => value === now[index]![1])
    ? before
    : after;
}
