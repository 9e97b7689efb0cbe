import { ExpressionError } from "../expression.ts";
import type { Node } from "./ast.ts";
import { lineOf, parseObject } from "./object.ts";
import type { Parser } from "./parser.ts";
import { parsePatterns } from "./pattern.ts";

/** A term and what follows it directly: `.a`, `."a"`, `[…]`, `?`. */
export function parsePostfixTerm(parser: Parser): Node {
  const { tokens } = parser;
  let node = parseTerm(parser);
  for (;;) {
    const { kind, text } = tokens.token;
    if (kind === "field") {
      const { offset } = tokens.take();
      const index = constant(text.slice(1), offset, text.length);
      node = { kind: "index", target: node, index, ...parser.span(node) };
    } else if (kind !== "symbol") return node;
    else if (text === ".") {
      tokens.take();
      node = parseAfterDot(parser, node);
    } else if (text === "[") node = parseBrackets(parser, node);
    else if (text === "?") {
      tokens.take();
      node = forgiving(parser, node);
    } else return node;
  }
}

/** Stands behind `?`. */
function forgiving(parser: Parser, node: Node): Node {
  const place = parser.span(node);
  const lookup = node.kind === "index" || node.kind === "slice" || node.kind === "iterate";
  if (lookup && !node.optional && !parser.isParenthesized(node)) return { ...node, optional: true, ...place };
  return { kind: "try", body: node, handler: null, ...place };
}

/** Stands at a quote. */
export function parseString(parser: Parser, format: string | null): Node {
  const { tokens } = parser;
  const { offset } = tokens.token;
  const parts: (string | Node)[] = [];
  let piece = tokens.stringPiece();
  for (;;) {
    if (piece.text !== "") parts.push(piece.text);
    if (piece.closed) return { kind: "string", format, parts, ...parser.span({ offset }) };
    parts.push(parser.query());
    if (!tokens.is(")")) throw tokens.unexpected(["QQSTRING_INTERP_END", "'|'", "','"]);
    piece = tokens.stringPiece();
  }
}

function parseTerm(parser: Parser): Node {
  const { tokens } = parser;
  const { kind, text, offset, length } = tokens.token;
  const place = { offset, length };
  switch (kind) {
    case "number":
      tokens.take();
      return { kind: "literal", text, ...place };
    case "quote":
      return parseString(parser, null);
    case "format":
      tokens.take();
      if (tokens.token.kind === "quote") return parseString(parser, text.slice(1));
      return { kind: "format", name: text.slice(1), ...place };
    case "field": {
      tokens.take();
      const target: Node = { kind: "identity", offset, length: 0 };
      return { kind: "index", target, index: constant(text.slice(1), offset, length), ...place };
    }
    case "variable":
      tokens.take();
      if (text === "$__loc__") return { kind: "location", line: lineOf(tokens.text, offset), ...place };
      return { kind: "variable", name: text.slice(1), ...place };
    case "name":
      tokens.take();
      return { kind: "call", name: text, args: parseArguments(parser), ...parser.span(place) };
    case "keyword":
      return parseKeyword(parser);
    case "symbol":
      return parseSymbol(parser);
    default:
      throw tokens.unexpected();
  }
}

function parseSymbol(parser: Parser): Node {
  const { tokens } = parser;
  const { text, offset, length } = tokens.token;
  switch (text) {
    case ".": {
      tokens.take();
      const identity: Node = { kind: "identity", offset, length };
      const next = tokens.token;
      // A second dot can only be an error, `..` being a token of its own.
      if (next.kind === "quote" || next.kind === "format") return parseAfterDot(parser, identity);
      return identity;
    }
    case "..":
      tokens.take();
      return { kind: "recurse", offset, length };
    case "(": {
      tokens.take();
      const node = parser.query();
      tokens.expect(")", "|", ",");
      return parser.parenthesized({ ...node, ...parser.span({ offset }) });
    }
    case "[": {
      tokens.take();
      const body = tokens.is("]") ? null : parser.query();
      tokens.expect("]", "|", ",");
      return { kind: "array", body, ...parser.span({ offset }) };
    }
    case "{":
      tokens.take();
      return parseObject(parser, offset);
    default:
      throw tokens.unexpected();
  }
}

function parseAfterDot(parser: Parser, target: Node): Node {
  const { tokens } = parser;
  const { kind, text } = tokens.token;
  if (kind === "symbol" && text === "[") return parseBrackets(parser, target);
  let format: string | null = null;
  if (kind === "format") format = tokens.take().text.slice(1);
  if (tokens.token.kind !== "quote") throw tokens.unexpected(["FORMAT", "QQSTRING_START", "'['"]);
  const index = parseString(parser, format);
  return { kind: "index", target, index, ...parser.span(target) };
}

function parseBrackets(parser: Parser, target: Node): Node {
  const { tokens } = parser;
  tokens.expect("[");
  if (tokens.takeIf("]")) return { kind: "iterate", target, ...parser.span(target) };
  if (tokens.takeIf(":")) {
    const to = parser.query();
    tokens.expect("]", "|", ",");
    return { kind: "slice", target, from: null, to, ...parser.span(target) };
  }
  const from = parser.query();
  if (tokens.takeIf("]")) return { kind: "index", target, index: from, ...parser.span(target) };
  if (!tokens.takeIf(":")) throw tokens.unexpected(["'|'", "','", "':'", "']'"]);
  const to = tokens.is("]") ? null : parser.query();
  tokens.expect("]", "|", ",");
  return { kind: "slice", target, from, to, ...parser.span(target) };
}

function parseArguments(parser: Parser): Node[] {
  const { tokens } = parser;
  const args: Node[] = [];
  if (!tokens.takeIf("(")) return args;
  do args.push(parser.query());
  while (tokens.takeIf(";"));
  if (!tokens.is(")")) throw tokens.unexpected(["';'", "')'"]);
  tokens.take();
  return args;
}

function parseKeyword(parser: Parser): Node {
  const { tokens } = parser;
  const { text, offset } = tokens.token;
  switch (text) {
    case "if":
      return parseIf(parser);
    case "try": {
      tokens.take();
      const body = parser.nested(() => parser.term());
      const handler = tokens.takeIf("catch") ? parser.nested(() => parser.term()) : null;
      return { kind: "try", body, handler, ...parser.span({ offset }) };
    }
    case "reduce":
    case "foreach":
      return parseFold(parser, text);
    case "break": {
      tokens.take();
      if (tokens.token.kind !== "variable") throw tokens.unexpected(["BINDING"]);
      const name = tokens.take().text.slice(1);
      return { kind: "break", name, ...parser.span({ offset }) };
    }
    default:
      throw tokens.unexpected();
  }
}

/** Stands at `if` or `elif`; the outermost one takes the `end`. */
function parseIf(parser: Parser): Node {
  const { tokens } = parser;
  const { offset, text } = tokens.take();
  const condition = parser.query();
  tokens.expect("then", "|", ",");
  const then = parser.query();
  let otherwise: Node | null = null;
  if (tokens.is("elif")) otherwise = parser.nested(() => parseIf(parser));
  else if (tokens.takeIf("else")) otherwise = parser.query();
  if (text === "if" && !tokens.takeIf("end")) {
    const hint = "Close every 'if' with 'end'";
    const expected = otherwise === null ? [] : ["end", "'|'", "','"];
    const { message, offset: at, length } = tokens.unexpected(expected);
    throw new ExpressionError(message, { kind: "syntax", offset: at!, length: length!, hint });
  }
  return { kind: "if", condition, then, else: otherwise, ...parser.span({ offset }) };
}

function parseFold(parser: Parser, kind: "reduce" | "foreach"): Node {
  const { tokens } = parser;
  const { offset } = tokens.take();
  const source = parser.alternative();
  tokens.expect("as");
  const patterns = parsePatterns(parser);
  tokens.expect("(");
  const init = parser.query();
  tokens.expect(";", "|", ",");
  const update = parser.query();
  let extract: Node | null = null;
  if (kind === "foreach") {
    if (tokens.takeIf(";")) extract = parser.query();
    else if (!tokens.is(")")) throw tokens.unexpected(["'|'", "','", "';'", "')'"]);
  }
  tokens.expect(")", "|", ",");
  const fold = { source, patterns, init, update, ...parser.span({ offset }) };
  return kind === "reduce" ? { kind, ...fold } : { kind, extract, ...fold };
}

function constant(text: string, offset: number, length: number): Node {
  return { kind: "string", format: null, parts: text === "" ? [] : [text], offset, length };
}
