import { posixBracket } from "./char-property.ts";
import { CharSet, type Contains } from "./char-set.ts";
import { parseCharEscape, parseClassEscape } from "./escape-parser.ts";
import type { PatternReader } from "./pattern-reader.ts";
import { regexError } from "./regex-error.ts";

/** How far a `:]` may be from its `[:` for the whole to be taken for a misspelt POSIX bracket. */
const posixReach = 20;

/** Reads the rest of a `[…]`. */
export function parseBracket(reader: PatternReader): CharSet {
  const negated = reader.eat("^");
  const ranges: [number, number][] = [];
  const predicates: Contains[] = [];
  let first = true;
  /** Whether a `-` may make a range of the codepoint just read. */
  let open = false;
  for (;;) {
    if (reader.atEnd) throw regexError("premature end of char-class");
    if (reader.peek() === "]" && !(first && literalBracket(reader))) break;
    if (open && rangeFollows(reader)) {
      const range = ranges.at(-1)!;
      range[1] = rangeEnd(reader);
      if (range[1] < range[0]) throw regexError("empty range in char class");
      open = false;
    } else {
      const item = parseItem(reader);
      if (typeof item === "number") {
        // A `-` right behind a range or a class is itself, and starts no other.
        open = first || open || item !== 0x2d;
        ranges.push([item, item]);
      } else {
        predicates.push(item);
        open = false;
      }
    }
    first = false;
  }
  reader.at++;
  return CharSet.of({ ranges, predicates, negated, ignoreCase: reader.options.ignoreCase });
}

/** A `]` right at the start is a character if another one closes the class. */
function literalBracket(reader: PatternReader): boolean {
  for (let at = reader.at + 1; at < reader.codes.length; at++) {
    const char = String.fromCodePoint(reader.codes[at]!);
    if (char === "\\") at++;
    else if (char === "]") return true;
  }
  throw regexError("empty char-class");
}

function rangeFollows(reader: PatternReader): boolean {
  if (reader.peek() !== "-" || reader.peek(1) === "]") return false;
  if (reader.peek(1) === "") throw regexError("premature end of char-class");
  reader.at++;
  return true;
}

function rangeEnd(reader: PatternReader): number {
  const item = parseItem(reader);
  if (typeof item !== "number") throw regexError("char-class value at end of range");
  return item;
}

function parseItem(reader: PatternReader): number | Contains {
  if (reader.peek() === "[" && reader.peek(1) === ":") {
    const posix = parsePosix(reader);
    if (posix) return posix;
  }
  const code = reader.codes[reader.at++]!;
  if (code !== 0x5c) return code;
  if (reader.atEnd) throw regexError("end pattern at escape");
  if (reader.eat("b")) return 8;
  return parseClassEscape(reader) ?? parseCharEscape(reader);
}

function parsePosix(reader: PatternReader): Contains | undefined {
  const rest = String.fromCodePoint(...reader.codes.slice(reader.at, reader.at + posixReach + 4));
  const match = /^\[:(\^?)([a-z]+):\]/.exec(rest);
  const contains = match && posixBracket(match[2]!);
  if (contains) {
    reader.at += match[0].length;
    return match[1] === "^" ? (code) => !contains(code) : contains;
  }
  const end = rest.indexOf(":]", 2);
  if (end >= 0 && !rest.slice(2, end).includes("]")) throw regexError("invalid POSIX bracket type");
  return undefined;
}
