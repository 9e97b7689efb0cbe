import { ExpressionError } from "../expression.ts";

/** A pattern that is not valid, in Oniguruma's words as jq passes them on. */
export function regexError(reason: string): ExpressionError {
  return new ExpressionError(`Regex failure: ${reason}`, { kind: "evaluation" });
}
