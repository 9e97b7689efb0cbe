import { empty, type Node, sequence } from "./ast.ts";
import { checkLookbehind } from "./lookbehind.ts";
import type { PatternOptions, PatternReader } from "./pattern-reader.ts";
import { parseGroupCall, parseReference, referredGroups } from "./reference-parser.ts";
import { regexError } from "./regex-error.ts";

/** Reads the rest of a group, up to and with its `)`. Undefined for `(?i)`, which only switches options. */
export function parseGroup(reader: PatternReader): Node | undefined {
  if (reader.peek() === "*" && !reader.eat("*)")) return parseNamedCallout(reader);
  if (!reader.eat("?")) return capture(reader, null);
  if (reader.atEnd) throw regexError("end pattern in group");
  if (reader.eat(":")) return body(reader);
  if (reader.eat("=")) return { type: "lookahead", negative: false, body: body(reader) };
  if (reader.eat("!")) return { type: "lookahead", negative: true, body: body(reader) };
  if (reader.eat(">")) return { type: "atomic", body: body(reader) };
  if (reader.eat("<=")) return lookbehind(reader, false);
  if (reader.eat("<!")) return lookbehind(reader, true);
  if (reader.eat("<")) return capture(reader, groupName(reader, ">"));
  if (reader.eat("'")) return capture(reader, groupName(reader, "'"));
  if (reader.eat("~")) return absent(reader);
  if (reader.eat("(")) return conditional(reader);
  if (reader.eat("{")) return callout(reader);
  if (reader.eat("&") || /^(\d|[-+]\d)/.test(reader.peek() + reader.peek(1))) return parseGroupCall(reader);
  return switchOptions(reader);
}

/** Reads up to the `)`; options switched inside end there. */
function body(reader: PatternReader): Node {
  const outside = reader.options;
  const node = reader.alternation(reader);
  reader.options = outside;
  if (!reader.eat(")")) throw regexError("end pattern with unmatched parenthesis");
  return node;
}

function capture(reader: PatternReader, name: string | null): Node {
  const group = reader.groupNames.push(name) - 1;
  return { type: "capture", group, body: body(reader) };
}

function lookbehind(reader: PatternReader, negative: boolean): Node {
  const node = body(reader);
  checkLookbehind(node, negative);
  return { type: "lookbehind", negative, body: node };
}

function groupName(reader: PatternReader, close: string): string {
  let name = "";
  for (;;) {
    if (reader.atEnd) {
      if (name === "") throw regexError("end pattern with unmatched parenthesis");
      throw regexError(`invalid group name <${name}>`);
    }
    const char = reader.next();
    if (char === close) break;
    if (char === ")") throw regexError(`invalid group name <${name}>`);
    name += char;
  }
  if (name === "") throw regexError("group name is empty");
  if (!/^[\p{L}\p{M}\p{Nl}_]/u.test(name)) throw regexError(`invalid group name <${name}>`);
  return name;
}

/** `(?~X)`: everything up to where an X begins. Its other forms, `(?~|…)`, are not supported. */
function absent(reader: PatternReader): Node {
  if (reader.peek() === "|") throw regexError("invalid absent group pattern");
  const [lookahead, any] = [
    { type: "lookahead", negative: true, body: body(reader) },
    { type: "any", newline: true },
  ] as const;
  return {
    type: "repeat",
    body: sequence([lookahead, any]),
    min: 0,
    max: Number.POSITIVE_INFINITY,
    mode: "greedy",
  };
}

/** `(?(condition)yes|no)`: the condition is a group, by number or name, or any pattern. */
function conditional(reader: PatternReader): Node {
  const condition = parseCondition(reader);
  const branches = body(reader);
  if (branches.type === "empty") throw regexError("invalid if-else syntax");
  if (branches.type !== "alternation") return { type: "conditional", condition, yes: branches, no: empty };
  const [yes, ...others] = branches.branches as [Node, ...Node[]];
  const no: Node = others.length === 1 ? others[0]! : { type: "alternation", branches: others };
  return { type: "conditional", condition, yes, no };
}

function parseCondition(reader: PatternReader): (Node & { type: "conditional" })["condition"] {
  const numbered = /^(\d|[-+]\d)/.test(reader.peek() + reader.peek(1));
  if (numbered) return { type: "matched", groups: referredGroups(reader, parseReference(reader, ")")) };
  if (reader.peek() === "<" || reader.peek() === "'") {
    const close = reader.next() === "<" ? ">" : "'";
    const groups = referredGroups(reader, parseReference(reader, close));
    if (!reader.eat(")")) throw regexError("invalid if-else syntax");
    return { type: "matched", groups };
  }
  const node = body(reader);
  if (reader.atEnd) throw regexError("end pattern in group");
  return node;
}

/** `(*FAIL)` and its kin; the callouts of C programs do nothing here, as in jq. */
function parseNamedCallout(reader: PatternReader): Node {
  reader.at++;
  let name = "";
  while (!reader.atEnd && reader.peek() !== ")") name += reader.next();
  if (!reader.eat(")")) throw regexError("end pattern in group");
  if (name === "FAIL" || name === "MISMATCH") return { type: "fail" };
  if (name === "SKIP") return empty;
  throw regexError("undefined callout name");
}

function callout(reader: PatternReader): Node {
  while (!reader.atEnd) if (reader.next() === "}" && reader.eat(")")) return empty;
  throw regexError("invalid callout pattern");
}

function switchOptions(reader: PatternReader): Node | undefined {
  const outside = reader.options;
  let options = outside;
  let on = true;
  for (;;) {
    if (reader.atEnd) throw regexError("end pattern in group");
    const char = reader.next();
    if (char === "-") on = false;
    else if (char === ")") {
      reader.options = options;
      return undefined;
    } else if (char === ":") {
      reader.options = options;
      const node = body(reader);
      reader.options = outside;
      return node;
    } else options = switched(options, char, on);
  }
}

function switched(options: PatternOptions, letter: string, on: boolean): PatternOptions {
  if (letter === "i") return { ...options, ignoreCase: on };
  if (letter === "x") return { ...options, extended: on };
  if (letter === "s") return { ...options, dotAll: on };
  if (letter === "m") return { ...options, singleLine: !on };
  throw regexError("undefined group option");
}
