import type { Json } from "../../expression/json.ts";

/** Shorter values are recognized only where they are a whole text: they would be found in everything. */
const shortest = 4;
/** Lines of a value, such as a key in PEM, also turn up one by one; shorter ones may be anything. */
const shortestLine = 16;
/** Of encodings: what is cut out of a longer text must be long enough not to be there by chance. */
const shortestInBase64 = 8;

/** How a value may look where it turns up: as it is, line by line, or encoded as in JSON, a URI, a form or base64. */
export function tracesOf(value: string): string[] {
  const wellFormed = value.toWellFormed();
  const plain = [
    value,
    ...(value.includes("\n") ? linesOf(value) : []),
    JSON.stringify(value).slice(1, -1),
    encodeURI(wellFormed),
    encodeURIComponent(wellFormed),
    new URLSearchParams({ "": wellFormed }).toString().slice(1),
  ];
  const traces = [...plain.filter((text) => text.length >= shortest), ...base64Cores(value)];
  return [...new Set(traces)];
}

/**
 * What a secret consists of, as texts. The `username` of an object is none of it: it is what servers answer with, and
 * says nothing without the password.
 */
export function leavesOf(value: Json, key = ""): string[] {
  if (typeof value === "string") return key === "username" ? [] : [value];
  if (typeof value === "number") return [String(value)];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, member]) =>
    leavesOf(member as Json, Array.isArray(value) ? key : name),
  );
}

function linesOf(value: string): string[] {
  const lines = value.split("\n").map((line) => line.trim());
  return lines.filter((line) => line.length >= shortestLine);
}

/** The characters that base64 has for these bytes wherever they stand in others: at each of three alignments. */
function base64Cores(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  return [0, 1, 2].flatMap((before) => {
    const padded = new Uint8Array(before + bytes.length);
    padded.set(bytes, before);
    const core = padded.toBase64().slice(Math.ceil((before * 8) / 6), Math.floor((padded.length * 8) / 6));
    return core.length < shortestInBase64
      ? []
      : [core, core.replaceAll("+", "-").replaceAll("/", "_"), encodeURIComponent(core)];
  });
}
