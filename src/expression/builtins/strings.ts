import { raise, raiseAbout } from "../raised.ts";
import type { Run } from "../run.ts";
import { splitString } from "../value/arithmetic.ts";
import { codepointLength } from "../value/codepoints.ts";
import { utf8Length } from "../value/encoding.ts";
import { readNumber } from "../value/json-parser.ts";
import { isArray, toDouble, type Value } from "../value/value.ts";
import { type Builtins, binary, unary } from "./builtin.ts";

/** Text: cutting, searching, changing case, codepoints, and reading numbers. */
export const STRINGS: Builtins = {
  "startswith/1": binary((input, prefix, run) => {
    if (typeof input !== "string" || typeof prefix !== "string") return raise(NEEDS_STRINGS.start);
    run.read(input);
    return input.startsWith(prefix);
  }),
  "endswith/1": binary((input, suffix, run) => {
    if (typeof input !== "string" || typeof suffix !== "string") return raise(NEEDS_STRINGS.end);
    run.read(input);
    return input.endsWith(suffix);
  }),
  "ltrimstr/1": binary(withoutPrefix),
  "rtrimstr/1": binary(withoutSuffix),
  "trimstr/1": binary((input, text, run) => withoutSuffix(withoutPrefix(input, text, run), text, run)),
  "trim/0": unary((input, run) => trimmable(input, run).replace(LEADING, "").replace(TRAILING, "")),
  "ltrim/0": unary((input, run) => trimmable(input, run).replace(LEADING, "")),
  "rtrim/0": unary((input, run) => trimmable(input, run).replace(TRAILING, "")),
  "split/1": binary((input, separator, run) => {
    if (typeof input !== "string" || typeof separator !== "string") {
      return raise("split input and separator must be strings");
    }
    return splitString(input, separator, run);
  }),
  "ascii_downcase/0": unary((input, run) => withCase(requireText(input, run), A, run)),
  "ascii_upcase/0": unary((input, run) => withCase(requireText(input, run), A + CASE_BIT, run)),
  "explode/0": unary((input, run) => {
    const text = requireText(input, run);
    run.spend(text.length >> 2);
    return Array.from(text, (char) => (char.isWellFormed() ? char.codePointAt(0)! : REPLACEMENT));
  }),
  "implode/0": unary((input, run) => {
    if (!isArray(input)) return raise("implode input must be an array");
    run.spend(input.length * 2);
    return input.map(character).join("");
  }),
  "utf8bytelength/0": unary((input, run) => {
    if (typeof input !== "string") return raiseAbout("", input, " only strings have UTF-8 byte length");
    run.spend(4 + (input.length >> 4));
    return utf8Length(input);
  }),
  "tonumber/0": unary((input, run) => {
    if (toDouble(input) !== undefined) return input;
    run.spend(4 + (typeof input === "string" ? input.length >> 4 : 0));
    const number = typeof input === "string" ? readNumber(input) : undefined;
    return number === undefined ? raiseAbout("", input, " cannot be parsed as a number") : number;
  }),
  "toboolean/0": unary((input) => {
    if (input === true || input === "true") return true;
    if (input === false || input === "false") return false;
    return raiseAbout("", input, " cannot be parsed as a boolean");
  }),
  "_strindices/1": binary((input, text, run) => {
    if (typeof input !== "string") return raiseAbout("", input, " cannot be searched, as it is not a string");
    if (typeof text !== "string") return raiseAbout("", text, " is not a string");
    return occurrences(input, text, run);
  }),
};

/** The offsets in codepoints at which `text` stands in `input`, overlaps included. */
export function occurrences(input: string, text: string, run: Run): number[] {
  const found: number[] = [];
  run.spend(input.length >> 4);
  if (text === "") return found;
  let counted = 0;
  let codepoints = 0;
  for (let at = input.indexOf(text); at >= 0; at = input.indexOf(text, at + 1)) {
    run.step();
    codepoints += codepointLength(input.slice(counted, at));
    counted = at;
    found.push(codepoints);
  }
  return found;
}

const NEEDS_STRINGS = {
  start: "startswith() requires string inputs",
  end: "endswith() requires string inputs",
};
const REPLACEMENT = 0xfffd;
/** Unicode's White_Space, which is not quite JavaScript's `\s`. */
const SPACE = "[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const LEADING = new RegExp(`^${SPACE}`);
const TRAILING = new RegExp(`(?<!${SPACE.slice(0, -1)})${SPACE}$`);

function trimmable(input: Value, run: Run): string {
  if (typeof input !== "string") return raise("trim input must be a string");
  run.spend(input.length >> 4);
  return input;
}

const A = 65;
/** What a small ASCII letter has on its capital. */
const CASE_BIT = 32;
/** How many characters `String.fromCharCode` is given at once. */
const CHUNK = 8192;

/** With the 26 letters that begin with the character `first` in the other case. */
function withCase(text: string, first: number, run: Run): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is looked for
  if (/^[\u0000-\u007f]*$/.test(text)) return first === A ? text.toLowerCase() : text.toUpperCase();
  run.spend(text.length >> 3);
  let changed = "";
  for (let from = 0; from < text.length; from += CHUNK) {
    const codes = Array.from({ length: Math.min(CHUNK, text.length - from) }, (_, i) => {
      const code = text.charCodeAt(from + i);
      return code >= first && code < first + 26 ? code ^ CASE_BIT : code;
    });
    changed += String.fromCharCode(...codes);
  }
  return changed;
}

function withoutPrefix(input: Value, prefix: Value, run: Run): Value {
  if (typeof input !== "string" || typeof prefix !== "string") return raise(NEEDS_STRINGS.start);
  run.read(input);
  return input.startsWith(prefix) ? input.slice(prefix.length) : input;
}

function withoutSuffix(input: Value, suffix: Value, run: Run): Value {
  if (typeof input !== "string" || typeof suffix !== "string") return raise(NEEDS_STRINGS.end);
  run.read(input);
  return input.endsWith(suffix) ? input.slice(0, input.length - suffix.length) : input;
}

function requireText(input: Value, run: Run): string {
  if (typeof input !== "string") return raise("explode input must be a string");
  run.allocate(input.length);
  return input;
}

function character(value: Value): string {
  const number = toDouble(value);
  if (number === undefined || Number.isNaN(number)) {
    return raiseAbout("", value, " can't be imploded, unicode codepoint needs to be numeric");
  }
  const codepoint = Math.trunc(number);
  const valid = codepoint >= 0 && codepoint <= 0x10ffff && !(codepoint >= 0xd800 && codepoint <= 0xdfff);
  return String.fromCodePoint(valid ? codepoint : REPLACEMENT);
}
