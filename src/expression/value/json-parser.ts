import { raise } from "../raised.ts";
import type { Run } from "../run.ts";
import { utf8Length } from "./encoding.ts";
import { parseNumber } from "./number-literal.ts";
import { putField, type Value } from "./value.ts";

/** `fromjson`: as jq reads JSON, numbers as they are written, `nan` allowed. Raises with jq's words. */
export function parseJson(text: string, run?: Run): Value {
  run?.spend(4 + (text.length >> 2) + (text.length >> 3));
  run?.checkSize(text.length);
  run?.makeMany();
  const value = parsePlain(text);
  if (value !== undefined) return value;
  run?.spend(16 + (text.length >> 1));
  return new JsonParser(text).parse();
}

/** The engine's own parser is much faster, and agrees on most texts. Undefined if it might not. */
function parsePlain(text: string): Value | undefined {
  if (UNLIKE.test(text) || mayBeTooDeep(text)) return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}

function mayBeTooDeep(text: string): boolean {
  if (text.length <= MAX_DEPTH) return false;
  let depth = 0;
  for (let at = 0; at < text.length && depth <= MAX_DEPTH; at++) {
    const code = text.charCodeAt(at) | BRACE_BIT;
    if (code === OPEN) depth++;
    else if (code === CLOSE) depth--;
  }
  return depth > MAX_DEPTH;
}

/** Brackets and braces differ in one bit. */
const BRACE_BIT = 32;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Numbers that are kept as they are written, and escapes that may be half a character. */
const UNLIKE = /[0-9.]{16}|\.[0-9]*0(?![0-9])|[0-9]\.?[eE]|-0|0\.0000|\\u/;

const MAX_DEPTH = 10_000;
const TOKEN = /[^ \t\r\n[\]{}:,"]+/y;
const NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const NAN = /^[+-]?nan$/i;
const INFINITE = /^[+-]?inf(?:inity)?$/i;
const WORDS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["null", null],
  ["true", true],
  ["false", false],
]);

/** A number as `tonumber` and JSON have it, or undefined. */
export function readNumber(text: string): Value | undefined {
  if (NUMBER.test(text)) return parseNumber(text);
  if (NAN.test(text)) return Number.NaN;
  if (!INFINITE.test(text)) return undefined;
  return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

class JsonParser {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  parse(): Value {
    this.skipBlanks();
    if (this.at >= this.text.length) return raise(`Expected JSON value (while parsing '${this.text}')`);
    const value = this.value();
    this.skipBlanks();
    if (this.at < this.text.length) {
      this.value();
      raise(`Unexpected extra JSON values (while parsing '${this.text}')`);
    }
    return value;
  }

  private value(): Value {
    const char = this.text[this.at];
    if (char === undefined) return this.unfinished();
    if (char === "[") return this.array();
    if (char === "{") return this.object();
    if (char === '"') return this.string();
    if (char === "]" || char === "}") return this.failAt(`Unmatched '${char}'`);
    if (char === ",") return this.failAt("Expected value before ','");
    if (char === ":") return this.failAt("Expected string key before ':'");
    TOKEN.lastIndex = this.at;
    const token = TOKEN.exec(this.text)![0];
    this.at += token.length;
    const word = WORDS.get(token);
    if (word !== undefined) return word;
    const number = readNumber(token);
    if (number === undefined) this.invalidLiteral(token);
    return number!;
  }

  private array(): Value {
    this.enter();
    const elements: Value[] = [];
    if (!this.closes("]")) {
      do {
        this.skipBlanks();
        if (this.text[this.at] === "]") this.failAt("Expected another array element");
        elements.push(this.value());
      } while (this.separated("]"));
    }
    this.depth--;
    return elements;
  }

  private object(): Value {
    this.enter();
    const object: Record<string, Value> = {};
    if (!this.closes("}")) {
      do {
        this.skipBlanks();
        const char = this.text[this.at];
        if (char === undefined) return this.unfinished();
        if (char === "}") this.failAt("Expected another key-value pair");
        if (char !== '"') {
          this.value();
          this.skipBlanks();
          this.failAt("Object keys must be strings");
        }
        const key = this.string();
        this.skipBlanks();
        if (this.at >= this.text.length) return this.unfinished();
        if (this.text[this.at] !== ":") this.failAt("Objects must consist of key:value pairs");
        this.at++;
        this.skipBlanks();
        putField(object, key, this.value());
      } while (this.separated("}"));
    }
    this.depth--;
    return object;
  }

  private string(): string {
    const start = this.at;
    let end = start + 1;
    for (;;) {
      const char = this.text[end];
      if (char === undefined) return this.unfinished("Unfinished string");
      if (char === '"') break;
      end += char === "\\" ? 2 : 1;
    }
    this.at = end + 1;
    const raw = this.text.slice(start, end + 1);
    if (CONTROL.test(raw)) {
      return this.fail("Invalid string: control characters from U+0000 through U+001F must be escaped");
    }
    if (!raw.includes("\\")) return raw.slice(1, -1);
    try {
      const text = JSON.parse(raw) as string;
      return text.isWellFormed() ? text : this.fail("Invalid \\uXXXX\\uXXXX surrogate pair escape");
    } catch (thrown) {
      if (!(thrown instanceof SyntaxError)) throw thrown;
      if (/\\u[0-9a-fA-F]{0,3}(?![0-9a-fA-F])[^"]{4}/.test(raw))
        this.fail("Invalid characters in \\uXXXX escape");
      return this.fail(/\\u(?![0-9a-fA-F]{4})/.test(raw) ? "Invalid \\uXXXX escape" : "Invalid escape");
    }
  }

  /** Stands behind an opening bracket; true if it is closed at once. */
  private closes(bracket: string): boolean {
    this.at++;
    this.skipBlanks();
    if (this.text[this.at] !== bracket) return false;
    this.at++;
    return true;
  }

  private separated(bracket: string): boolean {
    this.skipBlanks();
    const char = this.text[this.at];
    if (char === undefined) return this.unfinished();
    if (char === ",") {
      this.at++;
      return true;
    }
    if (char !== bracket) {
      if (char === "]" || char === "}") this.failAt(`Unmatched '${char}'`);
      if (char === ":") this.failAt("':' not as part of an object");
      this.value();
      if (char === '"') this.fail("Expected separator between values");
      this.failAt("Expected separator between values");
    }
    this.at++;
    return false;
  }

  private enter(): void {
    if (++this.depth > MAX_DEPTH) this.failAt("Exceeds depth limit for parsing");
  }

  private skipBlanks(): void {
    while (" \t\r\n".includes(this.text[this.at] ?? "x")) this.at++;
  }

  private invalidLiteral(token: string): never {
    let what = LITERAL_START.test(token) ? "Invalid literal" : "Invalid numeric literal";
    if (token.startsWith("'")) what = "Invalid string literal; expected \", but got '";
    if (this.at >= this.text.length) return this.unfinished(what);
    this.at++;
    return this.fail(what);
  }

  private unfinished(what = "Unfinished JSON term"): never {
    const { line, column } = this.place(this.text.length);
    return raise(`${what} at EOF at line ${line}, column ${column} (while parsing '${this.text}')`);
  }

  /** An error at the character that is about to be read. */
  private failAt(what: string): never {
    this.at++;
    return this.fail(what);
  }

  private fail(what: string): never {
    const { line, column } = this.place(this.at);
    return raise(`${what} at line ${line}, column ${column} (while parsing '${this.text}')`);
  }

  private place(end: number): { line: number; column: number } {
    const before = this.text.slice(0, end);
    const line = before.split("\n").length;
    return { line, column: utf8Length(before.slice(before.lastIndexOf("\n") + 1)) };
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u001f]/;
/** What jq takes for a misspelt true, false or null. */
const LITERAL_START = /^(?:t|f|n.{3})/s;
