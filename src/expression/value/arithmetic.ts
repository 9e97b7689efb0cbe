import { raise, raiseAbout } from "../raised.ts";
import type { Run } from "../run.ts";
import type { ArithmeticOperator } from "../syntax/ast.ts";
import { cannot } from "./access.ts";
import { equals } from "./order.ts";
import { describe } from "./text.ts";
import {
  copyObject,
  copySteps,
  fieldNames,
  isArray,
  isLiteral,
  isObject,
  putField,
  toDouble,
  type Value,
} from "./value.ts";

/** Steps of putting one more field into an object: where each time others were there before, the engine makes a new shape. */
const ADDED = 3;

export type Operation = (a: Value, b: Value, run: Run) => Value;

export const OPERATIONS: Readonly<Record<ArithmeticOperator, Operation>> = {
  "+": add,
  "-": subtract,
  "*": multiply,
  "/": divide,
  "%": modulo,
};

export function add(a: Value, b: Value, run: Run): Value {
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (typeof a === "string" && typeof b === "string") {
    run.step();
    run.checkSize(a.length + b.length);
    return a + b;
  }
  if (a === null) return b;
  if (b === null) return a;
  if (isArray(a) && isArray(b)) {
    run.allocate((a.length + b.length) * 8);
    return run.make(a.concat(b));
  }
  if (isObject(a) && isObject(b)) {
    const sum = copyObject(a);
    const names = fieldNames(b);
    run.spend(names.length * ADDED + copySteps(sum));
    for (const name of names) putField(sum, name, b[name]!);
    return run.make(sum);
  }
  return numeric(a, b, "added", (x, y) => x + y);
}

function subtract(a: Value, b: Value, run: Run): Value {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (!isArray(a) || !isArray(b)) return numeric(a, b, "subtracted", (x, y) => x - y);
  run.makeMany();
  return a.filter((element) => {
    run.step();
    return !b.some((other) => {
      run.step();
      return equals(element, other, run);
    });
  });
}

function multiply(a: Value, b: Value, run: Run): Value {
  if (typeof a === "number" && typeof b === "number") return a * b;
  if (typeof a === "string" && toDouble(b) !== undefined) return repeat(a, toDouble(b)!, run);
  if (typeof b === "string" && toDouble(a) !== undefined) return repeat(b, toDouble(a)!, run);
  if (isObject(a) && isObject(b)) return merge(a, b, run, 0);
  return numeric(a, b, "multiplied", (x, y) => x * y);
}

function divide(a: Value, b: Value, run: Run): Value {
  if (typeof a === "string" && typeof b === "string") return splitString(a, b, run);
  return numeric(a, b, "divided", (x, y) => {
    if (y === 0) divisorIsZero(a, b, "divided");
    return x / y;
  });
}

function modulo(a: Value, b: Value): Value {
  return numeric(a, b, "divided (remainder)", (x, y) => {
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
    const dividend = toInteger(x);
    const divisor = toInteger(y);
    if (divisor === 0n) divisorIsZero(a, b, "divided (remainder)");
    // Like C's %, of the absolute values, with the sign of the dividend.
    const remainder = magnitude(dividend) % magnitude(divisor);
    return Number(dividend < 0n ? -remainder : remainder);
  });
}

export function negate(value: Value): Value {
  // The negative of a zero that was written down is zero: only calculating makes -0.
  if (typeof value === "number") return value === 0 ? 0 : -value;
  return isLiteral(value) ? value.negated() : raiseAbout("", value, " cannot be negated");
}

export function splitString(text: string, separator: string, run: Run): string[] {
  run.spend(text.length >> 4);
  if (text === "") return [];
  if (separator === "") {
    run.spend(text.length);
    return Array.from(text);
  }
  // One more than can be paid for is never seen.
  const parts = text.split(separator, 1 + (run.left >> 1));
  run.spend(parts.length * 2);
  return parts;
}

function numeric(a: Value, b: Value, done: string, calculate: (x: number, y: number) => number): Value {
  const x = toDouble(a);
  const y = toDouble(b);
  return x === undefined || y === undefined ? cannot(a, b, done) : calculate(x, y);
}

function divisorIsZero(a: Value, b: Value, done: string): never {
  return raise(`${describe(a)} and ${describe(b)} cannot be ${done} because the divisor is zero`);
}

function repeat(text: string, times: number, run: Run): Value {
  if (!(times >= 0)) return null;
  const count = times > 0 && times < 1 ? 0 : Math.floor(times);
  if (text === "" || count === 0) return "";
  const size = text.length * count;
  if (size >= MAX_STRING) raise("Repeat string result too long");
  run.allocate(size);
  return text.repeat(count);
}

/** What jq's own strings can hold. */
const MAX_STRING = 2 ** 31 - 1;
const MAX_MERGE_DEPTH = 10_000;

/** Objects within objects are merged, anything else of `b` replaces what `a` has. */
function merge(a: Value, b: Value, run: Run, depth: number): Value {
  if (!isObject(a) || !isObject(b)) return b;
  if (depth > MAX_MERGE_DEPTH) raise("Object merge too deep");
  const merged = copyObject(a);
  const names = fieldNames(b);
  run.spend(1 + names.length * ADDED + copySteps(merged));
  run.makeMany();
  for (const name of names) {
    const before = Object.hasOwn(merged, name) ? merged[name] : undefined;
    putField(merged, name, before === undefined ? b[name]! : merge(before, b[name]!, run, depth + 1));
  }
  return merged;
}

const MAX_INTEGER = 2n ** 63n - 1n;

/** As C converts a double to a 64-bit integer, saturating. */
function toInteger(value: number): bigint {
  if (value >= 2 ** 63) return MAX_INTEGER;
  if (value <= -(2 ** 63)) return -MAX_INTEGER - 1n;
  return BigInt(Math.trunc(value));
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
