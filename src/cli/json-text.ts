import { Failure } from "../failure.ts";
import { caret } from "./caret.ts";
import { findJsonError } from "./json-scanner.ts";

/** What errors call an input that stands on the command line. */
export const givenInput = "The input";

/** `JSON.parse` whose error says where. Throws `invalid_argument`. */
export function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const found = findJsonError(text);
    if (found === undefined) {
      throw new Failure("invalid_argument", `${name} cannot be read as JSON`, {
        reason: "input-not-json",
        hint: "Nest it less deeply",
        cause: error,
      });
    }
    const { line, column, picture } = caret(text, found.offset, 1);
    const message = `${name} is not JSON: ${found.message} at line ${line}, column ${column}`;
    throw new Failure("invalid_argument", `${message}\n${picture}`, {
      reason: "input-not-json",
      ...(name === givenInput && { hint: `Quote it for the shell: --input '{"key": "value"}'` }),
    });
  }
}
