import { raise, raiseAbout } from "../raised.ts";
import type { Run } from "../run.ts";
import { codepointSlice } from "./codepoints.ts";
import { equals } from "./order.ts";
import { describe } from "./text.ts";
import {
  getField,
  isArray,
  isLiteral,
  isObject,
  toDouble,
  typeOf,
  type Value,
  type ValueObject,
} from "./value.ts";

/** `.name` with a name that is no field of `Object.prototype`. */
export function plainField(value: Value, name: string): Value {
  if (typeof value === "object") {
    if (value === null) return null;
    if (!isArray(value) && !isLiteral(value)) return (value as ValueObject)[name] ?? null;
  }
  return raiseAbout(`Cannot index ${typeOf(value)} with `, name);
}

/** `value[key]` for every kind of both. */
export function access(value: Value, key: Value, run: Run): Value {
  if (typeof key === "string") {
    run.read(key);
    if (isObject(value)) return getField(value, key);
    if (value === null) return null;
  } else if (isArray(value)) {
    const index = toDouble(key);
    if (index !== undefined) return element(value, index);
    if (isArray(key)) return positions(value, key, run);
    if (isObject(key)) return slice(value, key, run);
  } else if (value === null) {
    if (toDouble(key) !== undefined) return null;
    if (isObject(key)) return null;
  } else if (typeof value === "string" && isObject(key)) return slice(value, key, run);
  return raiseAbout(`Cannot index ${typeOf(value)} with `, key);
}

export function element(array: readonly Value[], index: number): Value {
  const at = Math.trunc(index);
  return array[at < 0 ? at + array.length : at] ?? null;
}

/** `.[from:to]`; the key is `{"start": from, "end": to}`. */
export function slice(value: Value, key: ValueObject, run: Run): Value {
  if (value !== null && typeof value !== "string" && !isArray(value)) {
    return raiseAbout(`Cannot index ${typeOf(value)} with `, key);
  }
  const { from, to } = sliceBounds(key);
  if (value === null) return null;
  if (typeof value === "string") {
    run.spend(1 + (value.length >> 4));
    return codepointSlice(value, from, to);
  }
  const [start, end] = clampSlice(value.length, from, to);
  run.spend((end - start) >> 3);
  return start === 0 && end === value.length ? value : run.make(value.slice(start, end));
}

/** Undefined stands for an open end. */
export function sliceBounds(key: ValueObject): { from: number | undefined; to: number | undefined } {
  return { from: bound(key, "start"), to: bound(key, "end") };
}

/** Where a slice begins and ends in something of `length`; negative bounds count from the end. */
export function clampSlice(
  length: number,
  from: number | undefined,
  to: number | undefined,
): [number, number] {
  const start = clamp(Math.floor(fromEnd(from ?? 0, length)), length, 0);
  const end = clamp(Math.ceil(fromEnd(to ?? length, length)), length, length);
  return [start, Math.max(start, end)];
}

/** What `.[]` can go through; raises for everything else. */
export function requireContainer(value: Value): readonly Value[] | ValueObject {
  if (typeof value === "object" && value !== null && !isLiteral(value)) return value;
  return raiseAbout("Cannot iterate over ", value);
}

export function cannot(a: Value, b: Value, what: string): never {
  return raise(`${describe(a)} and ${describe(b)} cannot be ${what}`);
}

function bound(key: ValueObject, name: string): number | undefined {
  const value = key[name];
  if (value === null) return undefined;
  const number = value === undefined ? undefined : toDouble(value);
  if (number === undefined) return raise("Array/string slice indices must be integers");
  return number;
}

function fromEnd(bound: number, length: number): number {
  return bound < 0 ? bound + length : bound;
}

/** Not a number as a bound is no bound. */
function clamp(bound: number, length: number, open: number): number {
  return Number.isNaN(bound) ? open : Math.min(Math.max(bound, 0), length);
}

/** Where `part` stands in `array`, as `indices` has it. */
export function positions(array: readonly Value[], part: readonly Value[], run: Run): Value {
  const found: number[] = [];
  if (part.length === 0) return found;
  for (let at = 0; at + part.length <= array.length; at++) {
    let same = 0;
    run.step();
    while (same < part.length && equals(array[at + same]!, part[same]!, run)) same++;
    if (same === part.length) found.push(at);
  }
  return found;
}
