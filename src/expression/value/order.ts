import { raise } from "../raised.ts";
import type { Run } from "../run.ts";
import { compareDecimals } from "./number-literal.ts";
import { fieldNames, isArray, isLiteral, toDouble, typeOf, type Value, type ValueObject } from "./value.ts";

/** jq's total order: null, false, true, numbers, strings by codepoint, arrays, objects. */
export function compare(a: Value, b: Value, run: Run): number {
  return compareAt(a, b, run, 0);
}

export function equals(a: Value, b: Value, run: Run): boolean {
  return equalsAt(a, b, run, 0);
}

/** By codepoint: UTF-16 order, but for surrogates, which stand above the rest of the basic plane. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left === right) continue;
    if (left < 0xd800 || right < 0xd800) return left - right;
    return rankOfUnit(left) - rankOfUnit(right);
  }
  return a.length - b.length;
}

/** The names of the fields by codepoint. */
export function sortedNames(object: ValueObject): string[] {
  return fieldNames(object).sort(compareStrings);
}

const MAX_DEPTH = 10_000;
const RANKS = { null: 0, boolean: 1, number: 3, string: 4, array: 5, object: 6 } as const;

function rankOf(value: Value): number {
  return value === true ? 2 : RANKS[typeOf(value)];
}

function rankOfUnit(unit: number): number {
  return unit < 0xe000 ? unit + 0x10000 : unit;
}

function compareAt(a: Value, b: Value, run: Run, depth: number): number {
  if (typeof a === "number" && typeof b === "number") return compareDoubles(a, b);
  if (typeof a === "string" && typeof b === "string") return compareStrings(a, b);
  const rank = rankOf(a);
  const otherRank = rankOf(b);
  if (rank !== otherRank) return rank - otherRank;
  if (rank <= 2) return 0;
  if (rank === 3) return compareNumbers(a, b);
  if (depth > MAX_DEPTH) raise("Comparison too deep");
  run.step();
  if (isArray(a) && isArray(b)) {
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i++) {
      run.step();
      const order = compareAt(a[i]!, b[i]!, run, depth + 1);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  const names = sortedNames(a as ValueObject);
  const difference = compareNames(names, sortedNames(b as ValueObject), run);
  if (difference !== 0) return difference;
  for (const name of names) {
    const order = compareAt((a as ValueObject)[name]!, (b as ValueObject)[name]!, run, depth + 1);
    if (order !== 0) return order;
  }
  return 0;
}

/** Objects are compared by their sorted names first, as arrays, then by the values in that order. */
function compareNames(names: readonly string[], others: readonly string[], run: Run): number {
  run.spend(names.length + others.length);
  const length = Math.min(names.length, others.length);
  for (let i = 0; i < length; i++) {
    const order = compareStrings(names[i]!, others[i]!);
    if (order !== 0) return order;
  }
  return names.length - others.length;
}

function compareNumbers(a: Value, b: Value): number {
  if (isLiteral(a) && isLiteral(b)) return compareDecimals(a.decimal, b.decimal);
  return compareDoubles(toDouble(a)!, toDouble(b)!);
}

/** NaN is less than every number, itself included. */
function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a === b) return 0;
  return Number.isNaN(a) ? -1 : 1;
}

function equalsAt(a: Value, b: Value, run: Run, depth: number): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || a === null) return isLiteral(b) && typeof a === "number" && b.double === a;
  if (typeof b !== "object" || b === null) return isLiteral(a) && a.double === b;
  if (depth > MAX_DEPTH) raise("Equality check too deep");
  run.step();
  if (isArray(a)) {
    if (!isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) {
      run.step();
      if (!equalsAt(a[i]!, b[i]!, run, depth + 1)) return false;
    }
    return true;
  }
  if (isArray(b)) return false;
  if (isLiteral(a) || isLiteral(b)) return isLiteral(a) && isLiteral(b) && compareNumbers(a, b) === 0;
  return equalObjects(a as ValueObject, b as ValueObject, run, depth);
}

function equalObjects(a: ValueObject, b: ValueObject, run: Run, depth: number): boolean {
  const names = fieldNames(a);
  if (names.length !== fieldNames(b).length) return false;
  for (const name of names) {
    run.step();
    const other = b[name];
    if (other === undefined || !Object.hasOwn(b, name)) return false;
    if (!equalsAt(a[name]!, other, run, depth + 1)) return false;
  }
  return true;
}
