import { alternation, empty, type Node, sequence } from "./ast.ts";
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
  return alternation(branchesOf(reader));
}

function branchesOf(reader: PatternReader): Node[] {
  const outside = reader.options;
  const branches = reader.branches(reader);
  reader.options = outside;
  if (!reader.eat(")")) throw regexError("end pattern with unmatched parenthesis");
  return branches;
}

function capture(reader: PatternReader, name: string | null): Node {
  const group = reader.groupNames.push(name) - 1;
  return { type: "capture", group, body: body(reader) };
}

/** Of any length and content, where Oniguruma's Perl syntax refuses most lengths that are not fixed. */
function lookbehind(reader: PatternReader, negative: boolean): Node {
  return { type: "lookbehind", negative, body: body(reader) };
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
  const [yes, ...others] = branchesOf(reader) as [Node, ...Node[]];
  if (others.length > 0) return { type: "conditional", condition, yes, no: alternation(others) };
  if (yes.type !== "empty") return { type: "conditional", condition, yes, no: empty };
  if (condition.type !== "matched") throw regexError("invalid if-else syntax");
  return { type: "conditional", condition, yes, no: { type: "fail" } };
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
      // Of its own kind: a quantifier takes such a group, though not the bare anchor that may be in it.
      return { type: "sequence", items: [node] };
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
