import type { Node } from "./ast.ts";
import { isDigit, isSpace, isWord, propertyByName } from "./char-property.ts";
import { CharSet, type Contains } from "./char-set.ts";
import type { PatternReader } from "./pattern-reader.ts";
import { parseBackreference, parseCall, parseNumberedBackreference } from "./reference-parser.ts";
import { regexError } from "./regex-error.ts";

/** Reads what follows a `\` outside of brackets. */
export function parseEscape(reader: PatternReader): Node {
  if (reader.atEnd) throw regexError("end pattern at escape");
  const char = reader.peek();
  const simple = simpleEscapes[char];
  if (simple) {
    reader.at++;
    return simple;
  }
  const contains = parseClassEscape(reader);
  if (contains) return { type: "set", set: new CharSet(contains) };
  if (char === "k" && /[<']/.test(reader.peek(1))) return parseBackreference(reader);
  if (char === "g" && /[<']/.test(reader.peek(1))) return parseCall(reader);
  if (char >= "1" && char <= "9") {
    const reference = parseNumberedBackreference(reader);
    if (reference) return reference;
  }
  return { type: "char", code: parseCharEscape(reader), fold: reader.options.ignoreCase };
}

const simpleEscapes: Readonly<Record<string, Node>> = {
  b: { type: "assert", kind: "wordBoundary" },
  B: { type: "assert", kind: "notWordBoundary" },
  y: { type: "assert", kind: "clusterBoundary" },
  Y: { type: "assert", kind: "notClusterBoundary" },
  A: { type: "assert", kind: "textStart" },
  Z: { type: "assert", kind: "textEndOrFinalNewline" },
  z: { type: "assert", kind: "textEnd" },
  G: { type: "assert", kind: "searchStart" },
  K: { type: "keep" },
  R: { type: "lineBreak" },
  N: { type: "any", newline: false },
  O: { type: "any", newline: true },
  X: { type: "cluster" },
};

const classEscapes: Readonly<Record<string, Contains>> = { d: isDigit, s: isSpace, w: isWord };

/** `\d`, `\s`, `\w`, `\p{…}` and their opposites, which mean the same inside brackets. */
export function parseClassEscape(reader: PatternReader): Contains | undefined {
  const char = reader.peek();
  const contains = classEscapes[char.toLowerCase()];
  if (contains) {
    reader.at++;
    return char === char.toLowerCase() ? contains : not(contains);
  }
  if ((char !== "p" && char !== "P") || reader.peek(1) !== "{") return undefined;
  reader.at += 2;
  return parseProperty(reader, char === "P");
}

function parseProperty(reader: PatternReader, opposite: boolean): Contains {
  const negated = reader.eat("^") ? !opposite : opposite;
  let name = "";
  for (;;) {
    if (reader.atEnd) throw regexError("end pattern with unmatched parenthesis");
    const char = reader.next();
    if (char === "}") break;
    name += char;
  }
  const contains = propertyByName(name);
  if (!contains) throw regexError(`invalid character property name {${name}}`);
  return negated ? not(contains) : contains;
}

function not(contains: Contains): Contains {
  return (code) => !contains(code);
}

const controls: Readonly<Record<string, number>> = { t: 9, n: 10, f: 12, r: 13, a: 7, e: 27 };

/** Reads what follows a `\` and stands for one codepoint, inside brackets or out of them. */
export function parseCharEscape(reader: PatternReader): number {
  const code = reader.codes[reader.at]!;
  const char = reader.next();
  if (char === "x") return parseHex(reader);
  if (char === "o" && reader.eat("{")) return parseBraced(reader, 8, 11);
  if (char === "c") return parseControl(reader);
  if (char >= "0" && char <= "7") {
    if (char !== "0") reader.at--;
    return bytes(reader, reader.digits(8, char === "0" ? 2 : 3) ?? 0);
  }
  return controls[char] ?? code;
}

function parseHex(reader: PatternReader): number {
  return reader.eat("{") ? parseBraced(reader, 16, 8) : bytes(reader, reader.digits(16, 2) ?? 0);
}

function parseBraced(reader: PatternReader, base: 8 | 16, most: number): number {
  const code = reader.digits(base, most);
  if (reader.digits(base, 1) !== undefined) throw regexError("too long wide-char value");
  if (code === undefined || !reader.eat("}")) throw regexError("invalid code point value");
  return code;
}

function parseControl(reader: PatternReader): number {
  if (reader.atEnd) throw regexError("end pattern at control");
  if (reader.eat("?")) return 0x7f;
  const code = reader.codes[reader.at++]!;
  if (code !== 0x5c) return code & 0x9f;
  if (reader.atEnd) throw regexError("end pattern at escape");
  return parseCharEscape(reader) & 0x9f;
}

/** Bytes past ASCII, as in `\xe3\x81\x82`, must make up one character of UTF-8. */
function bytes(reader: PatternReader, first: number): number {
  if (first > 0xff) throw regexError("too big number");
  if (first < 0x80) return first;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  let code = first & (0xff >> (length + 1));
  for (let count = 1; count < length; count++) {
    const byte = reader.eat("\\x")
      ? reader.digits(16, 2)
      : reader.eat("\\")
        ? reader.digits(8, 3)
        : undefined;
    if (byte === undefined || (byte & 0xc0) !== 0x80 || first < 0xc2)
      throw regexError("too short multibyte code string");
    code = (code << 6) | (byte & 0x3f);
  }
  return code;
}
