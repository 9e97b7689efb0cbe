import type { Json } from "../expression/json.ts";
import { mapSchemas } from "./schema-walk.ts";

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

/** A copy of the schema without the keyword; the same schema when it does not have it. */
export function withoutUniqueItems(schema: Json): Json {
  return mapSchemas(schema, (each) => {
    const { uniqueItems, ...rest } = each;
    return uniqueItems === true ? rest : each;
  });
}
