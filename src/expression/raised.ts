import { ExpressionError } from "./expression.ts";
import { describe, shorten } from "./value/text.ts";
import type { Value } from "./value/value.ts";

/**
 * A jq error on its way to the nearest `try`: any value can be raised. Deliberately no `Error`: `?` over many
 * elements raises one per element, and collecting a stack trace costs more than everything else.
 */
export class Raised {
  constructor(readonly value: Value) {}
}

/** Steps of raising an error, with a value in its text, and catching it. */
export const CAUGHT = 16;

export function raise(message: string): never {
  throw new Raised(message);
}

/** "Cannot iterate over number (1)": the value is appended with its type. */
export function raiseAbout(before: string, value: Value, after = ""): never {
  throw new Raised(before + describe(value) + after);
}

/** What the caller of `all` sees of an error that nothing in the program caught. */
export function toExpressionError({ value }: Raised): ExpressionError {
  const message = typeof value === "string" ? excerpt(value) : `(not a string): ${excerpt(value)}`;
  return new ExpressionError(message, { kind: "evaluation" });
}

/** A value as an error's text: a string as it is, all else as JSON; of long ones the beginning. */
export function excerpt(value: Value): string {
  if (typeof value !== "string") return shorten(value, MAX_MESSAGE);
  return value.length > MAX_MESSAGE ? `${value.slice(0, MAX_MESSAGE)}...` : value;
}

const MAX_MESSAGE = 4000;

/** Calls what reports its failures as `ExpressionError`s of their own: those of evaluation become jq errors. */
export function adopt<T>(call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    if (thrown instanceof ExpressionError && thrown.kind === "evaluation") throw new Raised(thrown.message);
    throw thrown;
  }
}
