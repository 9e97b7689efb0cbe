import type { NumberLiteral } from "./number-literal.ts";

/** What flows through a program: JSON, plus numbers that a double cannot hold as written. */
export type Value = null | boolean | number | string | NumberLiteral | readonly Value[] | ValueObject;
export interface ValueObject {
  readonly [key: string]: Value | undefined;
}

export type ValueType = "null" | "boolean" | "number" | "string" | "array" | "object";

export function isObject(value: Value): value is ValueObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isLiteral(value);
}

export function isLiteral(value: Value): value is NumberLiteral {
  return typeof value === "object" && value !== null && (value as { literal?: unknown }).literal === LITERAL;
}

/** Marks number literals: cheaper than `instanceof`, and no JSON value can carry it. */
export const LITERAL: unique symbol = Symbol("literal");

export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** The number's double, or undefined if `value` is no number. */
export function toDouble(value: Value): number | undefined {
  if (typeof value === "number") return value;
  return isLiteral(value) ? value.double : undefined;
}

export function typeOf(value: Value): ValueType {
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    default:
      if (value === null) return "null";
      if (isArray(value)) return "array";
      return isLiteral(value) ? "number" : "object";
  }
}

export function isTruthy(value: Value): boolean {
  return value !== false && value !== null;
}

/** An own field, or null. Names like `constructor` do not reach the prototype. */
export function getField(object: ValueObject, key: string): Value {
  const value = object[key];
  if (value === undefined) return null;
  if (key in Object.prototype && !Object.hasOwn(object, key)) return null;
  return value;
}

export function hasField(object: ValueObject, key: string): boolean {
  return Object.hasOwn(object, key) && object[key] !== undefined;
}

/** Sets a field of an object that this evaluation has just made. `__proto__` becomes an ordinary field. */
export function putField(object: Record<string, Value>, key: string, value: Value): void {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

export function copyObject(object: ValueObject): Record<string, Value> {
  if (!Object.hasOwn(object, "__proto__")) return { ...(object as Record<string, Value>) };
  const copy: Record<string, Value> = {};
  for (const key of Object.keys(object)) putField(copy, key, object[key] as Value);
  return copy;
}

/** Steps of having copied an object: large ones are hash tables, and take longer for each field. */
export function copySteps(copy: ValueObject): number {
  const fields = Object.keys(copy).length;
  return fields > 64 ? fields * 3 : fields;
}

/** The names of the fields that hold something, in order. */
export function fieldNames(object: ValueObject): string[] {
  const names = Object.keys(object);
  for (const name of names) {
    if (object[name] === undefined) return names.filter((key) => object[key] !== undefined);
  }
  return names;
}
