import { formatNumber } from "./number-text.ts";
import { fieldNames, isArray, isLiteral, typeOf, type Value, type ValueObject } from "./value.ts";

/** Work and size are accounted for here; `Run` is one. */
export interface Meter {
  spend(steps: number): void;
  checkSize(bytes: number): void;
}

/** JSON text as `tojson` gives it: no blanks, jq's numbers, fields in order. */
export function toText(value: Value, meter?: Meter): string {
  if (typeof value === "string") {
    meter?.spend(1 + (value.length >> 4));
    return quote(value);
  }
  if (typeof value === "number") {
    meter?.spend(2);
    return formatNumber(value);
  }
  if (typeof value !== "object" || value === null) return String(value);
  // The engine's own writer is much faster, and agrees with jq on most data.
  if (isPlain(value, meter, 0)) return JSON.stringify(value);
  return new Writer(meter).write(value, 0);
}

/** "string (\"abc\")", cut to 29 bytes of JSON text as jq's messages have it. */
export function describe(value: Value): string {
  return `${typeOf(value)} (${shorten(value)})`;
}

/** The beginning of the JSON text of `value`, at most `size` bytes. */
export function shorten(value: Value, size = 29): string {
  const text = beginning(value, size);
  const bytes = ENCODER.encode(text);
  if (bytes.length <= size) return text;
  const closing = typeof value === "string" ? '"' : isArray(value) ? "]" : (CLOSING[typeOf(value)] ?? "");
  let end = size - 3 - closing.length;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return `${new TextDecoder().decode(bytes.subarray(0, end))}...${closing}`;
}

export function quote(text: string): string {
  const quoted = JSON.stringify(text.isWellFormed() ? text : text.toWellFormed());
  return quoted.includes("\u007f") ? quoted.replaceAll("\u007f", "\\u007f") : quoted;
}

const ENCODER = new TextEncoder();
const CLOSING: Readonly<Record<string, string>> = { object: "}", number: "", boolean: "", null: "" };

/** Beyond this depth jq prints a note instead of the value. */
const MAX_PRINT_DEPTH = 10_000;
const TOO_DEEP = '"<skipped: too deep>"';

/** Whether JSON.stringify writes the same. Deep data would end its stack. */
function isPlain(value: Value, meter: Meter | undefined, depth: number): boolean {
  if (typeof value === "string") {
    meter?.spend(1 + (value.length >> 4));
    return value.isWellFormed() && !value.includes("\u007f");
  }
  if (typeof value === "number") return isPlainNumber(value);
  if (typeof value !== "object" || value === null) return true;
  if (depth > 200 || isLiteral(value)) return false;
  if (isArray(value)) {
    meter?.spend(1 + value.length);
    return value.every((part) => isPlain(part, meter, depth + 1));
  }
  for (const key of Object.keys(value)) {
    const field = value[key];
    if (field !== undefined && !(isPlain(key, meter, 0) && isPlain(field, meter, depth + 1))) return false;
  }
  return !("toJSON" in value);
}

function isPlainNumber(value: number): boolean {
  const size = Math.abs(value);
  return (size >= 1e-4 && size < 1e15) || Object.is(value, 0);
}

class Writer {
  private size = 0;

  constructor(
    private readonly meter: Meter | undefined,
    private readonly limit = Number.POSITIVE_INFINITY,
  ) {}

  write(value: Value, depth: number): string {
    if (typeof value === "string") return this.count(quote(value));
    if (typeof value === "number") return this.count(formatNumber(value));
    if (typeof value !== "object" || value === null) return this.count(String(value));
    if (depth > MAX_PRINT_DEPTH) return this.count(TOO_DEEP);
    if (isLiteral(value)) return this.count(value.text);
    // Both kinds in one method: every level costs one frame of JavaScript's stack.
    const names = isArray(value) ? null : fieldNames(value);
    const length = names === null ? (value as readonly Value[]).length : names.length;
    let text = names === null ? "[" : "{";
    for (let i = 0; i < length && this.size <= this.limit; i++) {
      if (i > 0) text += ",";
      if (names === null) text += this.write((value as readonly Value[])[i] ?? null, depth + 1);
      else
        text += `${this.count(quote(names[i]!))}:${this.write((value as ValueObject)[names[i]!]!, depth + 1)}`;
    }
    return text + (names === null ? "]" : "}");
  }

  private count(text: string): string {
    this.size += text.length + 1;
    this.meter?.spend(4 + (text.length >> 4));
    if (this.size > CHECK_SIZE) this.meter?.checkSize(this.size);
    return text;
  }
}

const CHECK_SIZE = 1 << 16;

function beginning(value: Value, size: number): string {
  if (typeof value === "string") return quote(value.length > size ? value.slice(0, size) : value);
  if (typeof value !== "object" || value === null) return toText(value);
  return new Writer(undefined, size).write(value, 0);
}
