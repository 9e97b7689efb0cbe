import { CONTINUE, type Code, Env } from "./compiler/code.ts";
import { compileNode } from "./compiler/compile-node.ts";
import { Scope } from "./compiler/scope.ts";
import { type Evaluation, type Expression, ExpressionError } from "./expression.ts";
import type { Json } from "./json.ts";
import { Raised, toExpressionError } from "./raised.ts";
import { limitError, Run } from "./run.ts";
import { parse } from "./syntax/parser.ts";
import { parseJson } from "./value/json-parser.ts";
import { settleResult } from "./value/result.ts";
import { toText } from "./value/text.ts";
import type { Value } from "./value/value.ts";

/**
 * Compiles a jq program. `variableNames` (without `$`) are the variables it may use from outside; any other is
 * an error with a position and a suggestion. Throws an `ExpressionError` of kind `syntax`. Results are cached.
 */
export function compile(text: string, variableNames: readonly string[]): Expression {
  const key = `${variableNames.join(",")}\n${text}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const program = new Program(text, variableNames);
  if (cache.size >= CACHE_SIZE) cache.delete(cache.keys().next().value!);
  cache.set(key, program);
  return program;
}

/**
 * The outputs as JSON text, each as jq would print it: numbers that were only passed on are as they were
 * written. `input` may come from `parseJsonText`.
 */
export function evaluateToText(expression: Expression, input: Value, evaluation: Evaluation): string[] {
  return (expression as Program).evaluate(input, evaluation, (value, run) => toText(value, run));
}

/** Reads JSON for `evaluateToText`: numbers stay as they are written until somebody calculates with them. */
export function parseJsonText(text: string): Value {
  try {
    return parseJson(text);
  } catch (thrown) {
    throw thrown instanceof Raised ? toExpressionError(thrown) : thrown;
  }
}

/** Longer programs are refused. */
const MAX_TEXT = 100_000;
const CACHE_SIZE = 2_000;
const cache = new Map<string, Program>();

class Program implements Expression {
  readonly variables: ReadonlySet<string>;
  private readonly code: Code;

  constructor(
    readonly text: string,
    variableNames: readonly string[],
  ) {
    if (text.length > MAX_TEXT) throw tooLarge(text);
    const used = new Set<string>();
    try {
      this.code = compileNode(parse(text), Scope.root({ variableNames: new Set(variableNames), used }));
    } catch (thrown) {
      throw thrown instanceof RangeError ? tooLarge(text) : thrown;
    }
    this.variables = used;
  }

  all(input: Json, evaluation: Evaluation): Json[] {
    return this.evaluate(input as Value, evaluation, settleResult);
  }

  evaluate<T>(input: Value, evaluation: Evaluation, settle: (value: Value, run: Run) => T): T[] {
    const run = new Run(evaluation);
    const env = new Env(run, null, null);
    try {
      const { one } = this.code;
      if (one !== null) return [settle(one(env, input), run)];
      const outputs: T[] = [];
      this.code.each(env, input, (value) => {
        if (outputs.push(settle(value, run)) > run.limits.outputs) run.exceeded("outputs");
        return CONTINUE;
      });
      return outputs;
    } catch (thrown) {
      if (thrown instanceof Raised) throw toExpressionError(thrown);
      // The engine's own stack is the last bound: some programs use more of it per level than others.
      if (thrown instanceof RangeError) throw limitError("depth", run.limits.depth);
      throw thrown;
    } finally {
      evaluation.spent?.(run.work);
    }
  }
}

function tooLarge(text: string): ExpressionError {
  return new ExpressionError("Expression is too large", { kind: "syntax", offset: 0, length: text.length });
}
