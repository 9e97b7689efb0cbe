import type { Node, Pattern, PatternEntry } from "./ast.ts";
import { requireStringKey } from "./object.ts";
import type { Parser } from "./parser.ts";
import { parseString } from "./term.ts";

/** `pattern ?// pattern …`, behind `as`. */
export function parsePatterns(parser: Parser): Pattern[] {
  const patterns = [parsePattern(parser)];
  while (parser.tokens.takeIf("?//")) patterns.push(parsePattern(parser));
  return patterns;
}

function parsePattern(parser: Parser): Pattern {
  return parser.nested(() => {
    const { tokens } = parser;
    const start = tokens.token;
    if (start.kind === "variable") {
      const name = tokens.take().text.slice(1);
      return { kind: "variable", name, ...parser.span(start) };
    }
    if (tokens.takeIf("[")) {
      const elements: Pattern[] = [];
      do elements.push(parsePattern(parser));
      while (tokens.takeIf(","));
      tokens.expect("]", ",");
      return { kind: "array", elements, ...parser.span(start) };
    }
    if (tokens.takeIf("{")) {
      const entries: PatternEntry[] = [];
      do entries.push(parseEntry(parser));
      while (tokens.takeIf(","));
      tokens.expect("}", ",");
      return { kind: "object", entries, ...parser.span(start) };
    }
    throw tokens.unexpected(["BINDING", "'['", "'{'"]);
  });
}

function parseEntry(parser: Parser): PatternEntry {
  const { tokens } = parser;
  const start = tokens.token;
  if (start.kind === "variable") {
    const variable = tokens.take().text.slice(1);
    const key: Node = { kind: "string", format: null, parts: [variable], ...parser.span(start) };
    const pattern = tokens.takeIf(":") ? parsePattern(parser) : null;
    return { key, variable, pattern, ...parser.span(start) };
  }
  const key = parseKey(parser);
  tokens.expect(":");
  return { key, variable: null, pattern: parsePattern(parser), ...parser.span(start) };
}

function parseKey(parser: Parser): Node {
  const { tokens } = parser;
  const { kind, text, offset } = tokens.token;
  if (kind === "name" || kind === "keyword") {
    tokens.take();
    return { kind: "string", format: null, parts: [text], ...parser.span({ offset }) };
  }
  if (kind === "quote") return parseString(parser, null);
  if (kind === "format") {
    const format = tokens.take().text.slice(1);
    if (tokens.token.kind !== "quote") throw tokens.unexpected(["QQSTRING_START"]);
    return parseString(parser, format);
  }
  if (!tokens.takeIf("(")) throw tokens.unexpected();
  const key = parser.query();
  tokens.expect(")", "|", ",");
  requireStringKey(key);
  return key;
}
