import { raise, raiseAbout } from "../raised.ts";
import type { Run } from "../run.ts";
import { decodeBase64, decodeUri, encodeBase64, encodeUri } from "./encoding.ts";
import { toText } from "./text.ts";
import { isArray, isObject, type Value } from "./value.ts";

/** `@name`: writes a value for some other language. */
export function applyFormat(name: string, value: Value, run: Run): Value {
  const format = FORMATS[name];
  if (format === undefined || !Object.hasOwn(FORMATS, name)) return raise(`${name} is not a valid format`);
  return format(value, run);
}

/** `tostring`: strings as they are, everything else as JSON. */
export function asString(value: Value, run: Run): string {
  return typeof value === "string" ? value : toText(value, run);
}

type Format = (value: Value, run: Run) => Value;

const FORMATS: Readonly<Record<string, Format>> = {
  text: asString,
  json: (value, run) => toText(value, run),
  csv: (value, run) => row(value, run, "csv", ",", (text) => `"${text.replaceAll('"', '""')}"`),
  tsv: (value, run) => row(value, run, "tsv", "\t", (text) => text.replace(/[\t\n\r\\]/g, (c) => TSV[c]!)),
  html: (value, run) => escaped(asString(value, run), run, /[<>&'"]/g, HTML),
  uri: (value, run) => encodeUri(asString(value, run), run),
  urid: (value, run) => decodeUri(asString(value, run), run),
  sh: (value, run) => (isArray(value) ? value : [value]).map((part) => shellWord(part, run)).join(" "),
  base64: (value, run) => encodeBase64(asString(value, run), run),
  base64d: (value, run) => decodeBase64(asString(value, run), run),
};

const HTML: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  "'": "&apos;",
  '"': "&quot;",
};

const TSV: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\" };

function row(
  value: Value,
  run: Run,
  name: string,
  separator: string,
  quoted: (text: string) => string,
): string {
  if (!isArray(value)) return raiseAbout("", value, ` cannot be ${name}-formatted, only array`);
  const cells = value.map((cell) => {
    run.step();
    if (cell === null) return "";
    if (typeof cell === "string") return quoted(cell);
    if (isContainer(cell)) return raiseAbout("", cell, " is not valid in a csv row");
    return toText(cell, run);
  });
  const text = cells.join(separator);
  run.allocate(text.length);
  return text;
}

function escaped(text: string, run: Run, special: RegExp, table: Readonly<Record<string, string>>): string {
  run.allocate(text.length);
  return text.replace(special, (c) => table[c]!);
}

function shellWord(value: Value, run: Run): string {
  if (typeof value === "string") {
    run.allocate(value.length);
    return `'${value.replaceAll("'", "'\\''")}'`;
  }
  if (isContainer(value)) return raiseAbout("", value, " can not be escaped for shell");
  return toText(value, run);
}

function isContainer(value: Value): boolean {
  return isArray(value) || isObject(value);
}
