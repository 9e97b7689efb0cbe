import { Failure } from "../failure.ts";
import { caret } from "./caret.ts";
import { findJsonError, findLoneSurrogate } from "./json-scanner.ts";

/** A text that should be JSON. */
export interface NamedText {
  readonly text: string;
  /** What errors call it. */
  readonly name: string;
  /** What to do when it is none. */
  readonly hint?: string;
}

/** `JSON.parse` whose error says where; halves of characters are no text either. Throws `invalid_argument`. */
export function parseJson(given: NamedText): unknown {
  const value = parse(given);
  const lone = findLoneSurrogate(given.text);
  if (lone === undefined) return value;
  throw misplaced(given, "Unicode", lone, { reason: "input-not-unicode" });
}

function parse(given: NamedText): unknown {
  try {
    return JSON.parse(given.text);
  } catch (error) {
    const found = findJsonError(given.text);
    if (found !== undefined) {
      throw misplaced(given, "JSON", found, { reason: "input-not-json", hint: given.hint });
    }
    throw new Failure("invalid_argument", `${given.name} cannot be read as JSON`, {
      reason: "input-not-json",
      hint: "Nest it less deeply",
      cause: error,
    });
  }
}

function misplaced(
  { name, text }: NamedText,
  wanted: string,
  found: { readonly offset: number; readonly message: string },
  options: { readonly reason: string; readonly hint?: string | undefined },
): Failure {
  const { line, column, picture } = caret(text, found.offset, 1);
  const message = `${name} is not ${wanted}: ${found.message} at line ${line}, column ${column}\n${picture}`;
  return new Failure("invalid_argument", message, options);
}
