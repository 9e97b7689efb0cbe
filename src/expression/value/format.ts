import { raise, raiseAbout } from "../raised.ts";
import type { Run } from "../run.ts";
import { decodeBase64, decodeUri, encodeBase64, encodeUri } from "./encoding.ts";
import { toText } from "./text.ts";
import { isArray, isObject, type Value } from "./value.ts";

/** `@name`: writes a value for some other language. */
export function formatNamed(name: string): Format {
  return Object.hasOwn(FORMATS, name) ? FORMATS[name]! : () => raise(`${name} is not a valid format`);
}

/** `tostring`: strings as they are, everything else as JSON. */
export function asString(value: Value, run: Run): string {
  return typeof value === "string" ? value : toText(value, run);
}

export type Format = (value: Value, run: Run) => Value;

const FORMATS: Readonly<Record<string, Format>> = {
  text: asString,
  json: (value, run) => toText(value, run),
  csv: (value, run) => row(value, run, "csv", ",", (text) => `"${escaped(text, run, CSV)}"`),
  tsv: (value, run) => row(value, run, "tsv", "\t", (text) => escaped(text, run, TSV)),
  html: (value, run) => {
    const text = asString(value, run);
    run.read(text);
    return /[<>&'"]/.test(text) ? escaped(text, run, HTML) : text;
  },
  uri: (value, run) => encodeUri(asString(value, run), run),
  urid: (value, run) => decodeUri(asString(value, run), run),
  sh: (value, run) => (isArray(value) ? value : [value]).map((part) => shellWord(part, run)).join(" "),
  base64: (value, run) => encodeBase64(asString(value, run), run),
  base64d: (value, run) => decodeBase64(asString(value, run), run),
};

/** What stands for what; each is written by those before it, so the sign of escaping comes first. */
type Escapes = readonly (readonly [string, string])[];

const CSV: Escapes = [['"', '""']];
const TSV: Escapes = [
  ["\\", "\\\\"],
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\r", "\\r"],
];
const HTML: Escapes = [
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ["'", "&apos;"],
  ['"', "&quot;"],
];
const SHELL: Escapes = [["'", "'\\''"]];

function row(
  value: Value,
  run: Run,
  name: string,
  separator: string,
  quoted: (text: string) => string,
): string {
  if (!isArray(value)) return raiseAbout("", value, ` cannot be ${name}-formatted, only array`);
  const cells = value.map((cell) => {
    run.spend(3);
    if (cell === null) return "";
    if (typeof cell === "string") return quoted(cell);
    if (isContainer(cell)) return raiseAbout("", cell, " is not valid in a csv row");
    return toText(cell, run);
  });
  const text = cells.join(separator);
  run.allocate(text.length);
  return text;
}

function escaped(given: string, run: Run, escapes: Escapes): string {
  let text = given;
  run.spend(escapes.length + ((text.length * escapes.length) >> 6));
  for (const [char, replacement] of escapes) {
    const count = countOf(text, char, run);
    if (count === 0) continue;
    run.allocate(text.length + count * (replacement.length - 1));
    run.spend(count);
    text = text.replaceAll(char, replacement);
  }
  return text;
}

/** How often `char` stands in `text`. */
function countOf(text: string, char: string, run: Run): number {
  let count = 0;
  for (let at = text.indexOf(char); at >= 0; at = text.indexOf(char, at + 1)) {
    if ((++count & 15) === 0) run.step();
  }
  return count;
}

function shellWord(value: Value, run: Run): string {
  if (typeof value === "string") {
    return `'${escaped(value, run, SHELL)}'`;
  }
  if (isContainer(value)) return raiseAbout("", value, " can not be escaped for shell");
  return toText(value, run);
}

function isContainer(value: Value): boolean {
  return isArray(value) || isObject(value);
}
