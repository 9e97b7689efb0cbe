import { ExpressionError } from "../expression.ts";

/**
 * Reads tokens on demand, one ahead of the parser. Strings are not one token: at a quote the parser asks for
 * their pieces with `stringPiece`, since an interpolation holds a whole program.
 */
export class Lexer {
  /** Where the next token starts to be looked for. */
  position = 0;

  constructor(readonly text: string) {}

  next(): Token {
    this.skipBlanks();
    const start = this.position;
    if (start >= this.text.length) return { kind: "end", text: "", offset: start, length: 0 };
    TOKEN.lastIndex = start;
    const match = TOKEN.exec(this.text);
    if (match === null) {
      const length = (this.text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1;
      this.position = start + length;
      return { kind: "invalid", text: this.text.slice(start, start + length), offset: start, length };
    }
    const text = match[0];
    this.position = start + text.length;
    return { kind: kindOf(match), text, offset: start, length: text.length };
  }

  /** The raw text up to the closing quote or the next `\(`, whichever comes first; stands behind it afterwards. */
  stringPiece(): { text: string; closed: boolean } {
    const start = this.position;
    for (let at = start; at < this.text.length; at++) {
      const unit = this.text.charCodeAt(at);
      if (unit === QUOTE) {
        this.position = at + 1;
        return { text: unescapeString(this.text.slice(start, at), start), closed: true };
      }
      if (unit !== BACKSLASH) continue;
      if (this.text[at + 1] === "(") {
        this.position = at + 2;
        return { text: unescapeString(this.text.slice(start, at), start), closed: false };
      }
      at++;
    }
    throw new ExpressionError(
      "syntax error, unexpected end of file, expecting QQSTRING_TEXT or QQSTRING_INTERP_START or QQSTRING_END",
      { kind: "syntax", offset: start, length: this.text.length - start, hint: 'Close the string with "' },
    );
  }

  private skipBlanks(): void {
    for (;;) {
      let unit = this.text.charCodeAt(this.position);
      while (unit === 0x20 || (unit <= 0x0d && (unit === 0x0a || unit === 0x0d || unit === 0x09))) {
        unit = this.text.charCodeAt(++this.position);
      }
      if (unit !== HASH) return;
      this.position = commentEnd(this.text, this.position);
    }
  }
}

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly offset: number;
  readonly length: number;
}

export type TokenKind =
  | "field"
  | "number"
  | "variable"
  | "format"
  | "name"
  | "keyword"
  | "symbol"
  | "quote"
  | "invalid"
  | "end";

const KEYWORDS: ReadonlySet<string> = new Set(
  "and as break catch def elif else end foreach if import include label module or reduce then try __loc__".split(
    " ",
  ),
);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HASH = 0x23;

const NAME = "[a-zA-Z_][a-zA-Z_0-9]*";
const TOKEN = new RegExp(
  [
    `(\\.${NAME})`,
    "((?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?)",
    `(\\$(?:${NAME}::)*${NAME})`,
    "(@[a-zA-Z0-9_]+)",
    `((?:${NAME}::)*${NAME})`,
    '(")',
    "(\\?//|//=|\\.\\.|\\|=|\\+=|-=|\\*=|/=|%=|//|==|!=|<=|>=|[.?=;,:|+\\-*/%$<>()[\\]{}])",
  ].join("|"),
  "y",
);
const KINDS: readonly TokenKind[] = ["field", "number", "variable", "format", "name", "quote", "symbol"];

function kindOf(match: RegExpExecArray): TokenKind {
  for (let i = 1; i < match.length; i++) {
    if (match[i] === undefined) continue;
    const kind = KINDS[i - 1]!;
    return kind === "name" && KEYWORDS.has(match[0]) ? "keyword" : kind;
  }
  return "invalid";
}

/** A comment goes on in the next line after an odd number of backslashes. */
function commentEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const char = text[at];
    if (char === "\n") return at;
    if (char === "\\") at += text[at + 1] === "\r" && text[at + 2] === "\n" ? 3 : 2;
    else at++;
  }
  return text.length;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

function unescapeString(raw: string, offset: number): string {
  if (!raw.includes("\\")) return raw;
  let result = "";
  for (let at = 0; at < raw.length; at++) {
    if (raw[at] !== "\\") {
      result += raw[at];
      continue;
    }
    const letter = raw[at + 1] ?? "";
    const simple = ESCAPES[letter];
    if (simple !== undefined) result += simple;
    else if (letter !== "u") throw invalidEscape("Invalid escape", raw, offset, at, 2);
    else {
      const hex = raw.slice(at + 2, at + 6);
      if (hex.length < 4 || !/^[0-9a-zA-Z]{4}$/.test(hex)) {
        throw invalidEscape("Invalid \\uXXXX escape", raw, offset, at, 6);
      }
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) {
        throw invalidEscape("Invalid characters in \\uXXXX escape", raw, offset, at, 6);
      }
      result += String.fromCharCode(Number.parseInt(hex, 16));
      at += 4;
    }
    at++;
  }
  if (result.isWellFormed()) return result;
  const at = raw.search(/\\u[dD][89a-fA-F]/);
  throw invalidEscape("Invalid \\uXXXX\\uXXXX surrogate pair escape", raw, offset, Math.max(at, 0), 6);
}

function invalidEscape(what: string, raw: string, offset: number, at: number, size: number): ExpressionError {
  // jq parses the run of escapes around the bad one as a JSON string of its own, and reports its end.
  let start = at;
  let end = Math.min(at + size, raw.length);
  const run = /(?:\\[^u(]|\\u[a-zA-Z0-9]{0,4})+/y;
  for (let from = raw.indexOf("\\"); from >= 0 && from <= at; from = raw.indexOf("\\", run.lastIndex)) {
    run.lastIndex = from;
    const match = run.exec(raw);
    if (match === null) break;
    start = from;
    end = from + match[0].length;
  }
  const piece = raw.slice(start, end);
  const column = piece.length + 2;
  return new ExpressionError(`${what} at line 1, column ${column} (while parsing '"${piece}"')`, {
    kind: "syntax",
    offset: offset + start,
    length: end - start,
    hint: 'Write a backslash in a string as "\\\\"',
  });
}
