import { raise, raiseAbout } from "../raised.ts";
import type { Run } from "../run.ts";
import { access, clampSlice, sliceBounds } from "./access.ts";
import { compare } from "./order.ts";
import {
  copyObject,
  isArray,
  isObject,
  putField,
  toDouble,
  typeOf,
  type Value,
  type ValueObject,
} from "./value.ts";

const MAX_PATH = 10_000;
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

/** A copy of `value` in which `path` leads to `replacement`; everything beside the path is shared. */
export function setPath(value: Value, path: readonly Value[], replacement: Value, run: Run): Value {
  requireLength(path);
  const containers: Value[] = [];
  let found = value;
  for (const key of path) {
    containers.push(found);
    run.step();
    found = requireSettable(found, key, run);
  }
  let result = replacement;
  for (let i = path.length - 1; i >= 0; i--) result = replace(containers[i]!, path[i]!, result, run);
  return result;
}

/** A copy of `value` without what the paths lead to. */
export function deletePaths(value: Value, paths: readonly Value[], run: Run): Value {
  const sorted = paths.map((path) => {
    return isArray(path) ? path : raise(`Path must be specified as array, not ${typeOf(path)}`);
  });
  run.spend(sorted.length);
  sorted.sort((a, b) => compare(b, a, run));
  let result = value;
  for (const path of sorted) {
    requireLength(path);
    result = deletePath(result, path, 0, run);
  }
  return result;
}

function deletePath(value: Value, path: readonly Value[], at: number, run: Run): Value {
  if (path.length === 0) return null;
  const containers: Value[] = [];
  let found = value;
  for (let i = at; i < path.length - 1; i++) {
    if (found === null) return value;
    containers.push(found);
    found = access(found, path[i]!, run);
  }
  if (found === null) return value;
  let result = deleteKey(found, path[path.length - 1]!, run);
  if (result === found) return value;
  for (let i = containers.length - 1; i >= 0; i--) result = replace(containers[i]!, path[i]!, result, run);
  return result;
}

function deleteKey(value: Value, key: Value, run: Run): Value {
  if (isObject(value) && typeof key === "string") {
    if (!Object.hasOwn(value, key)) return value;
    const copy = copyObject(value);
    run.spend(Object.keys(copy).length >> 3);
    delete copy[key];
    return copy;
  }
  if (isArray(value)) {
    const index = toDouble(key);
    if (index !== undefined) return deleteRange(value, ...elementRange(value.length, index), run);
    if (isObject(key)) return deleteRange(value, ...sliceRange(value.length, key, run), run);
  }
  const kind = typeOf(value);
  if (isObject(value) || isArray(value))
    return raise(`Cannot delete ${typeOf(key)} ${FIELD[kind]} of ${kind}`);
  return raise(`Cannot delete fields from ${kind}`);
}

const FIELD: Readonly<Record<string, string>> = { array: "element", object: "field" };

function elementRange(length: number, index: number): [number, number] {
  const at = Math.floor(index);
  const start = at < 0 ? at + length : at;
  return start >= 0 && start < length ? [start, start + 1] : [0, 0];
}

function deleteRange(array: readonly Value[], start: number, end: number, run: Run): Value {
  if (start >= end) return array;
  run.allocate((array.length - end + start) * 8);
  return array.slice(0, start).concat(array.slice(end));
}

/** What stands at `key`, or the error that writing there would be. */
function requireSettable(value: Value, key: Value, run: Run): Value {
  if (typeof value === "string" && isObject(key)) return raise("Cannot update string slices");
  if (isArray(value) && isArray(key)) return raise("Cannot update field at array index of array");
  return access(value, key, run);
}

function replace(value: Value, key: Value, part: Value, run: Run): Value {
  run.built++;
  if (typeof key === "string") {
    const copy = value === null ? {} : copyObject(value as ValueObject);
    run.spend(1 + (Object.keys(copy).length >> 3));
    putField(copy, key, part);
    return copy;
  }
  const array = (value ?? []) as readonly Value[];
  const index = toDouble(key);
  if (index !== undefined) return replaceElement(array, index, part, run);
  if (isObject(key)) return replaceSlice(array, key, part, run);
  return raiseAbout(`Invalid path component `, key);
}

function replaceElement(array: readonly Value[], index: number, part: Value, run: Run): Value {
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

function replaceSlice(array: readonly Value[], key: ValueObject, part: Value, run: Run): Value {
  if (!isArray(part)) return raise("A slice of an array can only be assigned another array");
  const [start, end] = sliceRange(array.length, key, run);
  run.allocate((array.length + part.length) * 8);
  return array.slice(0, start).concat(part, array.slice(end));
}

function sliceRange(length: number, key: ValueObject, _run: Run): [number, number] {
  const { from, to } = sliceBounds(key);
  return clampSlice(length, from, to);
}

function requireLength(path: readonly Value[]): void {
  if (path.length > MAX_PATH) raise("Path too deep");
}
