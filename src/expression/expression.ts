import type { Json } from "./json.ts";

/** What one evaluation may cost; past a bound it ends with an `ExpressionError` of kind `limit`. */
export interface Limits {
  /** Elementary operations (closure calls, iterations, regex steps). */
  readonly steps: number;
  /** Depth of nested calls of `def`s and of data. */
  readonly depth: number;
  /** How many outputs one evaluation may produce. */
  readonly outputs: number;
  /** Approximate size in bytes of the largest value it may build. */
  readonly bytes: number;
}

/** What surrounds one evaluation: nothing is read from the process. */
export interface Evaluation {
  /** Values of the variables given to `compile`, by name without `$`. A missing one is null. */
  readonly variables: Readonly<Record<string, Json | undefined>>;
  /** The instant of `now`, in ms since the epoch; frozen for the whole evaluation. */
  readonly nowMs: number;
  readonly limits?: Limits;
  /** Told how many steps the evaluation took, also when it ended in an error. */
  readonly spent?: (steps: number) => void;
}

/** A compiled jq program. Immutable; may be evaluated any number of times, also while it is being evaluated. */
export interface Expression {
  readonly text: string;
  /** The outer variables (without `$`) that the program mentions. */
  readonly variables: ReadonlySet<string>;
  /** All outputs, in order. Throws `ExpressionError`. Inputs are never mutated; results may share structure with them. */
  all(input: Json, evaluation: Evaluation): Json[];
}

export interface ExpressionErrorOptions {
  /** `syntax`: found by `compile`; `evaluation`: jq's own errors; `limit`: a bound of `Limits` was hit. */
  readonly kind: "syntax" | "evaluation" | "limit";
  /** Where in the text (UTF-16 offsets), for `syntax`. */
  readonly offset?: number;
  readonly length?: number;
  readonly hint?: string;
}

/** Why an expression could not be compiled or evaluated. The message is jq's own wording where jq has one. */
export class ExpressionError extends Error {
  readonly kind: ExpressionErrorOptions["kind"];
  readonly offset: number | undefined;
  readonly length: number | undefined;
  readonly hint: string | undefined;

  constructor(message: string, options: ExpressionErrorOptions) {
    super(message);
    this.name = "ExpressionError";
    this.kind = options.kind;
    this.offset = options.offset;
    this.length = options.length;
    this.hint = options.hint;
  }
}
