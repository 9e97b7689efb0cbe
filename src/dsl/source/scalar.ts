import type { Span } from "./place.ts";

/**
 * Where a part of a string stands in the text it was read from, whatever its style: plain, quoted or block, on one line
 * or many. Blanks may be folded and lines indented, but the characters between them are the same in both: so the n-th
 * of them is looked for.
 */
export function spanInScalar(
  text: string,
  scalar: Span,
  value: string,
  offset: number,
  length: number,
): Span {
  const places = solidPlaces(text, scalar, value.length);
  const first = countSolid(value, offset);
  const last = Math.max(first, countSolid(value, offset + Math.max(1, length)) - 1);
  const start = isSolid(value[offset]) ? places[first] : places[first - 1];
  const end = places[last] ?? start;
  if (start === undefined || end === undefined) return scalar;
  return isSolid(value[offset])
    ? { start: start.start, end: end.end }
    : { start: start.end, end: start.end + 1 };
}

/** The places of the first `max` characters that are not blank, after escapes. */
function solidPlaces(text: string, { start, end }: Span, max: number): Span[] {
  const style = text[start];
  if (style === '"') return doubleQuoted(text, start + 1, end - 1, max);
  if (style === "'") return singleQuoted(text, start + 1, end - 1, max);
  const header = style === "|" || style === ">" ? text.indexOf("\n", start) + 1 : start;
  return plain(text, header, end, max);
}

function plain(text: string, start: number, end: number, max: number): Span[] {
  const places: Span[] = [];
  for (let at = start; at < end && places.length < max; at++) {
    if (isSolid(text[at])) places.push({ start: at, end: at + 1 });
  }
  return places;
}

function singleQuoted(text: string, start: number, end: number, max: number): Span[] {
  const places: Span[] = [];
  for (let at = start; at < end && places.length < max; at++) {
    const width = text[at] === "'" ? 2 : 1;
    if (isSolid(text[at])) places.push({ start: at, end: at + width });
    at += width - 1;
  }
  return places;
}

function doubleQuoted(text: string, start: number, end: number, max: number): Span[] {
  const places: Span[] = [];
  for (let at = start; at < end && places.length < max; ) {
    const { decoded, width } = text[at] === "\\" ? decodeEscape(text, at) : { decoded: text[at]!, width: 1 };
    for (const unit of decoded.split("")) if (isSolid(unit)) places.push({ start: at, end: at + width });
    at += width;
  }
  return places;
}

/** YAML 1.2 "Escaped Characters". Those that decode to blanks, and an escaped line break, count as nothing. */
function decodeEscape(text: string, at: number): { readonly decoded: string; readonly width: number } {
  const letter = text[at + 1] ?? "";
  const digits = { x: 2, u: 4, U: 8 }[letter];
  if (digits !== undefined) {
    const code = Number.parseInt(text.slice(at + 2, at + 2 + digits), 16);
    return { decoded: code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd", width: 2 + digits };
  }
  const decoded = "0abe".includes(letter) ? "\0" : "tnvfrNLP_ \t\r\n".includes(letter) ? "" : letter;
  return { decoded, width: 2 };
}

function countSolid(value: string, end: number): number {
  let count = 0;
  for (let at = 0; at < end; at++) if (isSolid(value[at])) count++;
  return count;
}

/** NEL is a blank to YAML's escapes but not to JavaScript. */
function isSolid(unit: string | undefined): boolean {
  return unit !== undefined && !/[\s\u0085]/.test(unit);
}
