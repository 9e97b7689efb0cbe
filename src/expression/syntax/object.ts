import { ExpressionError } from "../expression.ts";
import type { Node, ObjectEntry } from "./ast.ts";
import type { Parser } from "./parser.ts";
import { parseString } from "./term.ts";

/** Stands behind `{`. */
export function parseObject(parser: Parser, offset: number): Node {
  const { tokens } = parser;
  const entries: ObjectEntry[] = [];
  while (!tokens.is("}")) {
    if (tokens.token.kind === "end" && entries.length === 0) throw tokens.unexpected();
    entries.push(parseEntry(parser));
    if (!tokens.takeIf(",")) break;
  }
  tokens.expect("}");
  return { kind: "object", entries, ...parser.span({ offset }) };
}

/** A key that is a constant, but not a string, is an error before anything runs. */
export function requireStringKey(key: Node): void {
  const constant = constantText(key);
  if (constant === null) return;
  throw new ExpressionError(`Cannot use ${constant} as object key`, {
    kind: "syntax",
    offset: key.offset,
    length: key.length,
    hint: "Keys of objects are strings; quote it",
  });
}

function constantText(key: Node): string | null {
  if (key.kind === "literal") return `number (${key.text})`;
  if (key.kind === "array" && key.body === null) return "array ([])";
  if (key.kind === "object" && key.entries.length === 0) return "object ({})";
  if (key.kind !== "call" || key.args.length > 0) return null;
  if (key.name === "true" || key.name === "false") return `boolean (${key.name})`;
  return key.name === "null" ? "null (null)" : null;
}

function parseEntry(parser: Parser): ObjectEntry {
  const { tokens } = parser;
  const start = tokens.token;
  const key = parseKey(parser);
  const short = key.kind !== "string" && key.kind !== "variable" && key.kind !== "location";
  if (short && !tokens.is(":")) throw tokens.unexpected(["':'"]);
  if (!tokens.takeIf(":")) {
    return { key, value: null, ...parser.span(start) };
  }
  return { key, value: parseValue(parser), ...parser.span(start) };
}

/** `a | b | c`, without commas. */
function parseValue(parser: Parser): Node {
  return parser.nested(() => {
    const left = parser.alternative();
    if (!parser.tokens.takeIf("|")) return left;
    const right = parseValue(parser);
    return { kind: "pipe", left, right, ...parser.span(left) };
  });
}

function parseKey(parser: Parser): Node {
  const { tokens } = parser;
  const { kind, text, offset } = tokens.token;
  switch (kind) {
    case "name":
    case "keyword":
      tokens.take();
      return { kind: "string", format: null, parts: [text], ...parser.span({ offset }) };
    case "variable":
      tokens.take();
      if (text === "$__loc__")
        return { kind: "location", line: lineOf(tokens.text, offset), ...parser.span({ offset }) };
      return { kind: "variable", name: text.slice(1), ...parser.span({ offset }) };
    case "quote":
      return parseString(parser, null);
    case "format": {
      tokens.take();
      if (tokens.token.kind !== "quote") throw tokens.unexpected(["QQSTRING_START"]);
      return parseString(parser, text.slice(1));
    }
    case "symbol":
      if (text !== "(") break;
      tokens.take();
      return parenthesized(parser);
    case "number":
      if (/^\s*[:,}]/.test(tokens.text.slice(offset + text.length))) throw tokens.unexpected();
      throw needsParentheses(parser, offset);
  }
  throw tokens.unexpected();
}

function parenthesized(parser: Parser): Node {
  const key = parser.query();
  parser.tokens.expect(")", "|", ",");
  requireStringKey(key);
  // `{(a): b}` is never a short form, whatever stands between the parentheses.
  return {
    kind: "pipe",
    left: { kind: "identity", offset: key.offset, length: 0 },
    right: key,
    ...parser.span(key),
  };
}

export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

function needsParentheses(parser: Parser, offset: number): ExpressionError {
  const { tokens } = parser;
  const rest = tokens.text.slice(offset);
  const length = Math.max(1, rest.search(/[:,}]/));
  return new ExpressionError("May need parentheses around object key expression", {
    kind: "syntax",
    offset,
    length,
    hint: "Write {(key): value}",
  });
}
