import { raise, raiseAbout } from "../raised.ts";
import type { Run } from "../run.ts";
import { access, clampSlice, sliceBounds } from "./access.ts";
import { compare, equals } from "./order.ts";
import {
  copyObject,
  copySteps,
  isArray,
  isObject,
  putField,
  toDouble,
  typeOf,
  type Value,
  type ValueObject,
} from "./value.ts";

const MAX_PATH = 10_000;
/** Steps of one more field of an object that may be large already. */
export const NEW_FIELD = 6;
/** The largest index that can be written to. */
const MAX_INDEX = 536_870_911;

export function getPath(value: Value, path: readonly Value[], run: Run): Value {
  requireLength(path);
  let found = value;
  for (const key of path) {
    run.step();
    found = access(found, key, run);
  }
  return found;
}

/**
 * A copy of `value` in which `path` leads to `replacement`; everything beside the path is shared. Containers in
 * `owned` are changed themselves instead, and those that are made on the way are added to it.
 */
export function setPath(
  value: Value,
  path: readonly Value[],
  replacement: Value,
  run: Run,
  owned: Set<object> | null = null,
): Value {
  requireLength(path);
  const containers: Value[] = [];
  let found = value;
  for (const key of path) {
    containers.push(found);
    run.step();
    found = requireSettable(found, key, run);
  }
  let result = replacement;
  for (let i = path.length - 1; i >= 0; i--) result = replace(containers[i]!, path[i]!, result, run, owned);
  return result;
}

/** A copy of `value` without what the paths lead to; all of them count in `value` as it is. */
export function deletePaths(value: Value, paths: readonly Value[], run: Run): Value {
  run.spend(paths.length);
  // Of several that are none, the first in order is told.
  const lists = paths
    .toSorted((a, b) => compare(a, b, run))
    .map((path) => (isArray(path) ? path : raise(`Path must be specified as array, not ${typeOf(path)}`)));
  for (const path of lists) requireLength(path);
  if (lists[0]?.length === 0) return null;
  return deleteBelow(value, lists, 0, run);
}

/** `paths` are sorted, and the same up to `at`: those that go on are followed, those that end here deleted at once. */
function deleteBelow(value: Value, paths: readonly (readonly Value[])[], at: number, run: Run): Value {
  const keys: Value[] = [];
  let result = value;
  for (let end = paths.length; end > 0; ) {
    const key = paths[end - 1]![at]!;
    let start = end - 1;
    while (start > 0 && equals(paths[start - 1]![at]!, key, run)) start--;
    run.step();
    // The shortest path comes first: whatever lies below it goes with it.
    if (paths[start]!.length === at + 1) keys.push(key);
    else if (result !== null) {
      const before = access(result, key, run);
      const after = before === null ? null : deleteBelow(before, paths.slice(start, end), at + 1, run);
      if (after !== before) result = replace(result, key, after, run);
    }
    end = start;
  }
  return deleteKeys(result, keys, run);
}

function deleteKeys(value: Value, keys: readonly Value[], run: Run): Value {
  if (value === null || keys.length === 0) return value;
  if (isArray(value)) return deleteElements(value, keys, run);
  if (!isObject(value)) return raise(`Cannot delete fields from ${typeOf(value)}`);
  const copy = copyObject(value);
  run.spend(keys.length + copySteps(copy));
  run.makeMany();
  for (const key of keys) {
    if (typeof key !== "string") raise(`Cannot delete ${typeOf(key)} field of object`);
    delete copy[key];
  }
  return copy;
}

function deleteElements(array: readonly Value[], keys: readonly Value[], run: Run): Value {
  const gone = new Set<number>();
  run.makeMany();
  run.allocate(array.length * 8);
  for (const key of keys) {
    const index = toDouble(key);
    if (index === undefined && !isObject(key)) raise(`Cannot delete ${typeOf(key)} element of array`);
    if (index === undefined) {
      const [start, end] = sliceRange(array.length, key as ValueObject);
      for (let i = start; i < end; i++) gone.add(i);
    } else gone.add(Math.trunc(index) < 0 ? Math.trunc(index) + array.length : Math.trunc(index));
  }
  return array.filter((_, i) => !gone.has(i));
}

/** What stands at `key`, or the error that writing there would be. */
function requireSettable(value: Value, key: Value, run: Run): Value {
  if (typeof value === "string" && isObject(key)) return raise("Cannot update string slices");
  if (isArray(value) && isArray(key)) return raise("Cannot update field at array index of array");
  return access(value, key, run);
}

function replace(value: Value, key: Value, part: Value, run: Run, owned: Set<object> | null = null): Value {
  if (owned !== null && value !== null && owned.has(value as object) && changeOwned(value, key, part, run)) {
    return value;
  }
  const copy = run.make(replaced(value, key, part, run));
  owned?.add(copy);
  return copy;
}

/** Writes into a container that nobody else knows. False if that takes more than writing. */
function changeOwned(value: Value, key: Value, part: Value, run: Run): boolean {
  if (typeof key === "string") {
    run.spend(NEW_FIELD);
    putField(value as Record<string, Value>, key, part);
    return true;
  }
  const array = value as Value[];
  if (typeof key !== "number" || !(key >= 0 && key <= array.length)) return false;
  run.step();
  run.checkSize(array.length * 8);
  array[Math.trunc(key)] = part;
  return true;
}

function replaced(value: Value, key: Value, part: Value, run: Run): ValueObject | readonly Value[] {
  if (typeof key === "string") {
    const copy = value === null ? {} : copyObject(value as ValueObject);
    run.spend(1 + copySteps(copy));
    putField(copy, key, part);
    return copy;
  }
  const array = (value ?? []) as readonly Value[];
  const index = toDouble(key);
  if (index !== undefined) return replaceElement(array, index, part, run);
  if (isObject(key)) return replaceSlice(array, key, part, run);
  if (isArray(key)) return raise("Cannot update field at array index of array");
  return raiseAbout("Invalid path component ", key);
}

function replaceElement(array: readonly Value[], index: number, part: Value, run: Run): Value[] {
  if (Number.isNaN(index)) return raise("Cannot set array element at NaN index");
  let at = Math.trunc(index);
  if (at < 0) at += array.length;
  if (at < 0) return raise("Out of bounds negative array index");
  if (at > MAX_INDEX) return raise("Array index too large");
  run.allocate(Math.max(array.length, at) * 8);
  const copy = array.slice();
  while (copy.length < at) copy.push(null);
  copy[at] = part;
  return copy;
}

function replaceSlice(array: readonly Value[], key: ValueObject, part: Value, run: Run): Value[] {
  const [start, end] = sliceRange(array.length, key);
  if (!isArray(part)) return raise("A slice of an array can only be assigned another array");
  run.allocate((array.length + part.length) * 8);
  return array.slice(0, start).concat(part, array.slice(end));
}

function sliceRange(length: number, key: ValueObject): [number, number] {
  const { from, to } = sliceBounds(key);
  return clampSlice(length, from, to);
}

function requireLength(path: readonly Value[]): void {
  if (path.length > MAX_PATH) raise("Path too deep");
}
