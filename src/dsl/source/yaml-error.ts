import type { Document, ErrorCode, YAMLError } from "yaml";
import type { Finding } from "./finding.ts";
import { openerOf } from "./opener.ts";
import type { Source } from "./source.ts";

/** An error of the YAML parser, in our words where we have better ones. */
export function yamlFinding(error: YAMLError, document: Document.Parsed, source: Source): Finding {
  const opener = openerOf(error, document);
  const start = opener ?? afterIndentation(source.text, error.pos[0]);
  const end = opener === undefined ? Math.max(start, error.pos[1]) : opener + 1;
  const line = source.line(source.position(Math.min(start, source.text.length)).line);
  const { message, hint } = explain(error);
  const advice = fromQuotes.has(error.code) && /:\s+\$\{/.test(line) ? quoteExpression : hint;
  return { severity: "error", start, end, message, ...(advice === undefined ? {} : { hint: advice }) };
}

/** The parser points at the blanks in front of what is wrong. */
function afterIndentation(text: string, start: number): number {
  let at = start;
  while (text[at] === " ") at++;
  return at < text.length && !"\r\n".includes(text[at]!) ? at : start;
}

interface Explanation {
  readonly message: string;
  readonly hint?: string;
}

function explain({ code, message }: YAMLError): Explanation {
  if (code === "TAG_RESOLVE_FAILED") {
    const tag = message.replace(/^Unresolved tag: /, "").replace("tag:yaml.org,2002:", "!!");
    const hint = "Only values that JSON has can stand in a definition";
    return { message: `Tag ${JSON.stringify(tag)} is not supported`, hint };
  }
  const [, what = uncapitalised(message), hint = hints[code]] =
    texts.find(([part]) => message.includes(part)) ?? [];
  return { message: `Not valid YAML: ${what}`, ...(hint === undefined ? {} : { hint }) };
}

const quoteColon = 'Put a value that contains ": " in quotes';
const quoteExpression = "Put the expression in quotes: '${ … }'";
const quoteValue = "Put the whole value in quotes";
const closeFlow = "Close it, and indent what is in it";

/** The errors that a YAML special character inside an unquoted expression leads to. */
const fromQuotes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "BLOCK_AS_IMPLICIT_KEY",
  "BLOCK_IN_FLOW",
  "UNEXPECTED_TOKEN",
  "BAD_SCALAR_START",
  "MULTILINE_IMPLICIT_KEY",
  "MISSING_CHAR",
]);

const hints: Partial<Record<ErrorCode, string>> = {
  BLOCK_AS_IMPLICIT_KEY: quoteColon,
  BLOCK_IN_FLOW: quoteColon,
  BAD_SCALAR_START: quoteValue,
  BAD_DQ_ESCAPE: "Write \\\\ for a backslash, or use single quotes",
  KEY_OVER_1024_CHARS: "A key may have 1024 characters",
};

/** Part of the parser's message, what we say in its place, what to do. */
const texts: readonly (readonly [part: string, message: string, hint?: string])[] = [
  ["Tabs are not allowed", "a tab is used for indentation", "Indent with spaces"],
  ["mapping items must start", "the keys of a mapping must begin in the same column"],
  ["sequence items must start", "the items of a list must begin in the same column"],
  ["Flow map", 'this "{" has no "}"', closeFlow],
  ["Flow sequence", 'this "[" has no "]"', closeFlow],
  ['Missing closing "quote', "this string has no end", 'Close it with "'],
  ["Missing closing 'quote", "this string has no end", "Close it with '"],
  ["at node end", "this does not belong to the value before it", quoteValue],
  [
    "Implicit keys need to be on a single line",
    "this is neither a key nor a value",
    'A key ends with ":"; look at the indentation of this line and the one before',
  ],
  [
    "Implicit map keys need to be followed by map values",
    "this is neither a key nor a value",
    'A key ends with ":"; look at the indentation of this line and the one before',
  ],
];

function uncapitalised(message: string): string {
  const line = message.split("\n", 1)[0]!.replace(/[.:]$/, "");
  return /^[A-Z][a-z]/.test(line) ? line[0]!.toLowerCase() + line.slice(1) : line;
}
