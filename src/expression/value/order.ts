import { raise } from "../raised.ts";
import type { Run } from "../run.ts";
import { compareDecimals } from "./number-literal.ts";
import { fieldNames, isArray, isLiteral, toDouble, typeOf, type Value, type ValueObject } from "./value.ts";

/** jq's total order: null, false, true, numbers, strings by codepoint, arrays, objects. */
export function compare(a: Value, b: Value, run: Run): number {
  if (typeof a === "number" && typeof b === "number") return compareDoubles(a, b);
  if (typeof a === "string" && typeof b === "string") {
    readBoth(a, b, run);
    return compareStrings(a, b);
  }
  const rank = rankOf(a);
  const otherRank = rankOf(b);
  if (rank !== otherRank) return rank - otherRank;
  if (rank <= 2) return 0;
  return rank === 3 ? compareNumbers(a, b, run) : compareContainers(a as Container, b as Container, run);
}

export function equals(a: Value, b: Value, run: Run): boolean {
  if (typeof a === "string") {
    if (typeof b === "string" && a.length === b.length) run.read(a);
    return a === b;
  }
  if (a === b) return true;
  if (isContainer(a) && isContainer(b)) return equalContainers(a, b, run);
  if (typeof a !== "object" && typeof b !== "object") return false;
  return isNumber(a) && isNumber(b) && compareNumbers(a, b, run) === 0;
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
export function sortedNames(object: ValueObject, run: Run): string[] {
  const names = fieldNames(object);
  run.spend(1 + sortingSteps(names.length));
  return names.sort(compareStrings);
}

/** n log n comparisons, two of which make a step; those of arrays and objects count their own. */
export function sortingSteps(length: number): number {
  return Math.ceil((length * Math.log2(length + 1)) / 2);
}

const MAX_DEPTH = 10_000;
const RANKS = { null: 0, boolean: 1, number: 3, string: 4, array: 5, object: 6 } as const;

function rankOf(value: Value): number {
  return value === true ? 2 : RANKS[typeOf(value)];
}

function rankOfUnit(unit: number): number {
  return unit < 0xe000 ? unit + 0x10000 : unit;
}

/** Texts are compared up to where they differ, which may be their end. */
function readBoth(a: string, b: string, run: Run): void {
  if (a.length > LONG && b.length > LONG) run.spend(Math.min(a.length, b.length) >> 4);
}

/** What is shorter is compared for nothing. */
const LONG = 64;

/** With a stack of its own: data may be nested deeper than JavaScript can recurse. */
function compareContainers(a: Container, b: Container, run: Run): number {
  const pending: Pair[] = [];
  let pair = pairOf(a, b, run);
  for (;;) {
    if (pair.order !== 0 && pair.decided) return pair.order;
    if (pair.at === pair.length) {
      if (pair.order !== 0) return pair.order;
      const next = pending.pop();
      if (next === undefined) return 0;
      pair = next;
      continue;
    }
    run.step();
    const left = pair.left[pair.at]!;
    const right = pair.right[pair.at++]!;
    if (isContainer(left) && isContainer(right) && isArray(left) === isArray(right)) {
      pending.push(pair);
      if (pending.length > MAX_DEPTH) raise("Comparison too deep");
      pair = pairOf(left, right, run);
      continue;
    }
    const order = compare(left, right, run);
    if (order !== 0) return order;
  }
}

type Container = readonly Value[] | ValueObject;

/** Two containers of one kind while they are compared element by element. */
interface Pair {
  readonly left: readonly Value[];
  readonly right: readonly Value[];
  /** How many elements both have. */
  readonly length: number;
  /** The order if all of these are equal. */
  readonly order: number;
  /** Whether the elements do not matter: the names differ. */
  readonly decided: boolean;
  at: number;
}

function pairOf(a: Container, b: Container, run: Run): Pair {
  run.step();
  if (isArray(a) && isArray(b)) {
    const order = a.length - b.length;
    return { left: a, right: b, length: Math.min(a.length, b.length), order, decided: false, at: 0 };
  }
  const names = sortedNames(a as ValueObject, run);
  const order = compareNames(names, sortedNames(b as ValueObject, run));
  const left = names.map((name) => (a as ValueObject)[name]!);
  const right = order === 0 ? names.map((name) => (b as ValueObject)[name]!) : [];
  return { left, right, length: left.length, order, decided: true, at: 0 };
}

function isContainer(value: Value): value is Container {
  return typeof value === "object" && value !== null && !isLiteral(value);
}

/** Objects are compared by their sorted names first, as arrays, then by the values in that order. */
function compareNames(names: readonly string[], others: readonly string[]): number {
  const length = Math.min(names.length, others.length);
  for (let i = 0; i < length; i++) {
    const order = compareStrings(names[i]!, others[i]!);
    if (order !== 0) return order;
  }
  return names.length - others.length;
}

function compareNumbers(a: Value, b: Value, run: Run): number {
  if (isLiteral(a) && isLiteral(b)) {
    run.spend((a.decimal.digits.length + b.decimal.digits.length) >> 3);
    return compareDecimals(a.decimal, b.decimal);
  }
  return compareDoubles(toDouble(a)!, toDouble(b)!);
}

/** NaN is less than every number, itself included. */
function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a === b) return 0;
  return Number.isNaN(a) ? -1 : 1;
}

function equalContainers(a: Container, b: Container, run: Run): boolean {
  const pending: [Container, Container, depth: number][] = [[a, b, 0]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [left, right, depth] = next;
    if (depth > MAX_DEPTH) raise("Equality check too deep");
    if (isArray(left) !== isArray(right)) return false;
    const names = isArray(left) ? null : fieldNames(left as ValueObject);
    const length = names === null ? (left as readonly Value[]).length : names.length;
    if (length !== (isArray(right) ? right.length : fieldNames(right).length)) return false;
    for (let i = 0; i < length; i++) {
      run.step();
      const key = names === null ? i : names[i]!;
      const x = (left as Fields)[key];
      const y = Object.hasOwn(right, key) ? (right as Fields)[key] : undefined;
      if (x === y && typeof x !== "string") continue;
      if (x === undefined || y === undefined) return false;
      if (isContainer(x) && isContainer(y)) pending.push([x, y, depth + 1]);
      else if (!equals(x, y, run)) return false;
    }
  }
  return true;
}

type Fields = Readonly<Record<string | number, Value | undefined>>;

function isNumber(value: Value): boolean {
  return typeof value === "number" || isLiteral(value);
}
