import type { Json } from "../../expression/json.ts";

/**
 * A description of what may stand somewhere in a definition. The files of this folder describe the language with it,
 * part by part, in the order of dsl-reference.md; `check.ts` reads the description.
 */
export type Shape =
  | Anything
  | Text
  | Whole
  | Truth
  | List
  | Entries
  | Mapping
  | Record
  | Union
  | Select
  | Later;

export interface Anything {
  readonly form: "any";
}
export interface Text {
  readonly form: "text";
  /** The only texts allowed, if they can be listed. */
  readonly oneOf?: readonly string[];
  /** What it must be, e.g. `a semantic version`, and whether a text is one. */
  readonly expected?: string;
  readonly test?: (text: string) => boolean;
  readonly hint?: string;
  /** Whether a text with `${ … }` in it passes untested, since its value is known at run time only. */
  readonly dynamic?: boolean;
}
export interface Whole {
  readonly form: "whole";
  /** Whether it may have a fraction, too. */
  readonly fractions?: boolean;
  readonly min?: number;
  readonly max?: number;
}
export interface Truth {
  readonly form: "truth";
}
export interface List {
  readonly form: "list";
  readonly item: Shape;
  readonly min: number;
}
/** A list of objects with one key each, the name of the entry: tasks, cases, extensions. */
export interface Entries {
  readonly form: "entries";
  readonly of: "task" | "case" | "extension";
  readonly value: Shape;
  readonly min?: number;
}
/** Any keys, all values of one shape. */
export interface Mapping {
  readonly form: "mapping";
  readonly value: Shape;
  readonly min?: number;
}
/** Known keys. What else stands there is an error, a warning (`open`), or welcome (`free`). */
export interface Record {
  readonly form: "record";
  readonly required: Keys;
  readonly optional: Keys;
  /** Both. */
  readonly known: Keys;
  readonly others: "closed" | "open" | "free";
  /** Of each of these groups exactly one key must be there. */
  readonly exactlyOne: readonly (readonly string[])[];
  /** Of each of these groups at least one key must be there. */
  readonly atLeastOne: readonly (readonly string[])[];
}
export type Keys = Readonly<{ [key: string]: Shape }>;

/** One shape for each type of value. */
export interface Union {
  readonly form: "union";
  readonly text?: Shape;
  readonly number?: Shape;
  readonly truth?: Shape;
  readonly list?: Shape;
  readonly object?: Shape;
}
/** A shape that depends on the value: `call` decides what `with` may be. A string is why there is none. */
export interface Select {
  readonly form: "select";
  readonly by: (value: { readonly [key: string]: Json | undefined }, name: string) => Shape | Refusal;
}
export interface Refusal {
  readonly form: "refusal";
  readonly message: string;
  readonly hint?: string;
  /** The key that is wrong, if it is one key. */
  readonly key?: string;
}
/** For shapes that contain themselves. */
export interface Later {
  readonly form: "later";
  readonly shape: () => Shape;
}

export const any: Anything = { form: "any" };
export const truth: Truth = { form: "truth" };
export const text: Text = { form: "text" };
export const whole: Whole = { form: "whole" };
/** A runtime expression, with or without `${ }` (ruling 2); `check/expressions.ts` compiles it. */
export const expression: Text = { form: "text", expected: "a runtime expression" };

export function choice(...oneOf: readonly string[]): Text {
  return { form: "text", oneOf };
}
export function list(item: Shape, min = 0): List {
  return { form: "list", item, min };
}
export function mapping(value: Shape, min = 0): Mapping {
  return { form: "mapping", value, min };
}
export function union(shapes: Omit<Union, "form">): Union {
  return { form: "union", ...shapes };
}
export function later(shape: () => Shape): Later {
  return { form: "later", shape };
}
export function record(
  keys: { readonly required?: Keys; readonly optional?: Keys },
  options: Partial<Pick<Record, "others" | "exactlyOne" | "atLeastOne">> = {},
): Record {
  const { required = {}, optional = {} } = keys;
  const known = { ...required, ...optional };
  const groups = { exactlyOne: [], atLeastOne: [] };
  return { form: "record", required, optional, known, others: "closed", ...groups, ...options };
}
