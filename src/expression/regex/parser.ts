import { alternation, empty, type Node, type Pattern, type Repeat, sequence } from "./ast.ts";
import { parseBracket } from "./bracket-parser.ts";
import { parseEscape } from "./escape-parser.ts";
import { parseGroup } from "./group-parser.ts";
import { type PatternOptions, PatternReader } from "./pattern-reader.ts";
import { checkRecursion } from "./recursion.ts";
import { regexError } from "./regex-error.ts";

/** Oniguruma's own bound; a deeper pattern is refused in its words. */
const deepest = 1000;
const mostRepeats = 100_000;

/** Parses Oniguruma's Perl_NG syntax (Perl with named groups). Throws `ExpressionError`. */
export function parsePattern(pattern: string, options: PatternOptions): Pattern {
  const reader = new PatternReader(pattern, options, parseBranches);
  const root = alternation(parseBranches(reader));
  if (!reader.atEnd) throw regexError("unmatched close parenthesis");
  for (const check of reader.checks) check();
  checkRecursion(root);
  return { root, groupNames: reader.groupNames };
}

/** Reads branches up to a `)` or the end. Options that are switched in a branch hold in those that follow. */
function parseBranches(reader: PatternReader): Node[] {
  if (++reader.depth > deepest) throw regexError("parse depth limit over");
  const branches: Node[] = [parseBranch(reader)];
  while (reader.eat("|")) branches.push(parseBranch(reader));
  reader.depth--;
  return branches;
}

function parseBranch(reader: PatternReader): Node {
  const items: Node[] = [];
  for (;;) {
    reader.skipIgnored();
    if (reader.atEnd || reader.peek() === "|" || reader.peek() === ")") return sequence(items);
    const atom = parseAtom(reader);
    if (atom === undefined) {
      refuseQuantifier(reader);
      continue;
    }
    const last = atom.pop() ?? empty;
    items.push(...atom, parseQuantifiers(reader, last));
  }
}

/** Reads one atom: its nodes, of which a quantifier takes the last. Undefined for a switch of options. */
function parseAtom(reader: PatternReader): Node[] | undefined {
  if (reader.eat("\\Q")) return parseQuoted(reader);
  if (reader.peek() === "(") {
    reader.at++;
    const group = parseGroup(reader);
    return group && [group];
  }
  refuseQuantifier(reader);
  const { singleLine, dotAll } = reader.options;
  const code = reader.codes[reader.at]!;
  const char = reader.next();
  if (char === "\\") return [parseEscape(reader)];
  if (char === "[") return [{ type: "set", set: parseBracket(reader) }];
  if (char === ".") return [{ type: "any", newline: dotAll }];
  if (char === "^") return [{ type: "assert", kind: singleLine ? "textStart" : "lineStart" }];
  if (char === "$") return [{ type: "assert", kind: singleLine ? "textEndOrFinalNewline" : "lineEnd" }];
  return [literal(reader, code)];
}

function literal(reader: PatternReader, code: number): Node {
  return { type: "char", code, fold: reader.options.ignoreCase };
}

/** `\Q … \E`: literal text; the `\E` may be missing. */
function parseQuoted(reader: PatternReader): Node[] {
  const nodes: Node[] = [];
  while (!reader.atEnd && !reader.eat("\\E")) nodes.push(literal(reader, reader.codes[reader.at++]!));
  return nodes;
}

function refuseQuantifier(reader: PatternReader): void {
  reader.skipIgnored();
  if (parseBounds(reader)) throw regexError("target of repeat operator is not specified");
}

function parseQuantifiers(reader: PatternReader, target: Node): Node {
  let node = target;
  for (;;) {
    reader.skipIgnored();
    const bounds = parseBounds(reader);
    if (!bounds) return node;
    if (!isRepeatable(node)) throw regexError("target of repeat operator is invalid");
    node = repeat(node, ...bounds, parseMode(reader));
  }
}

function isRepeatable(node: Node): boolean {
  if (node.type === "alternation") return node.branches.every(isRepeatable);
  return !["assert", "lookahead", "lookbehind", "keep"].includes(node.type);
}

function parseMode(reader: PatternReader): Repeat["mode"] {
  if (reader.eat("?")) return "lazy";
  return reader.eat("+") ? "possessive" : "greedy";
}

/** `(?:x*)*` and the like are one loop; nested, they would only multiply the ways to fail. */
function repeat(body: Node, min: number, max: number, mode: Repeat["mode"]): Node {
  if (
    body.type === "repeat" &&
    body.mode === "greedy" &&
    mode === "greedy" &&
    [body, { min, max }].every((each) => each.min <= 1 && each.max === Number.POSITIVE_INFINITY)
  )
    return { ...body, min: body.min * min };
  return { type: "repeat", body, min, max, mode };
}

function parseBounds(reader: PatternReader): [min: number, max: number] | undefined {
  if (reader.eat("*")) return [0, Number.POSITIVE_INFINITY];
  if (reader.eat("+")) return [1, Number.POSITIVE_INFINITY];
  if (reader.eat("?")) return [0, 1];
  return reader.peek() === "{" ? parseInterval(reader) : undefined;
}

/** `{n}`, `{n,}` or `{n,m}`; anything else behind a `{` is literal text. */
function parseInterval(reader: PatternReader): [min: number, max: number] | undefined {
  const start = reader.at++;
  const min = reader.digits(10, 10);
  let max = min;
  if (min !== undefined && reader.eat(",")) max = reader.digits(10, 10) ?? Number.POSITIVE_INFINITY;
  if (min === undefined || max === undefined || !reader.eat("}")) {
    reader.at = start;
    return undefined;
  }
  if (min > mostRepeats || (max > mostRepeats && Number.isFinite(max)))
    throw regexError("too big number for repeat range");
  if (min > max) throw regexError("upper is smaller than lower in repeat range");
  return [min, max];
}
