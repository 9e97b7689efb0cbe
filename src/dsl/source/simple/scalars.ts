import type { Json } from "../../../expression/json.ts";
import { apostrophe, type Cursor, colon, dash, type Node, NotSimple, quote, space } from "./cursor.ts";

/** A string in quotes that ends on the line it begins on. */
export function readQuoted(cursor: Cursor): Node & { readonly value: string } {
  const start = cursor.at;
  cursor.tokens++;
  const value = cursor.code() === quote ? doubleQuoted(cursor) : singleQuoted(cursor);
  if (cursor.at > cursor.lineEnd) throw new NotSimple();
  return { value, start, end: cursor.at };
}

function doubleQuoted(cursor: Cursor): string {
  const { text, at: start } = cursor;
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  if (end === -1 || end > cursor.lineEnd) throw new NotSimple();
  cursor.at = end + 1;
  const content = text.slice(start + 1, end);
  if (!content.includes("\\")) return content;
  // What JSON escapes, YAML escapes in the same way; YAML has more.
  if (/\\[^"\\/bfnrtu]|\\u(?![\da-fA-F]{4})/.test(content.replaceAll("\\\\", ""))) throw new NotSimple();
  return JSON.parse(`"${content}"`) as string;
}

function isEscaped(text: string, at: number): boolean {
  let from = at;
  while (text.charCodeAt(from - 1) === 0x5c) from--;
  return (at - from) % 2 === 1;
}

function singleQuoted(cursor: Cursor): string {
  const { text, at: start } = cursor;
  let end = text.indexOf("'", start + 1);
  while (end !== -1 && text.charCodeAt(end + 1) === apostrophe) end = text.indexOf("'", end + 2);
  if (end === -1 || end > cursor.lineEnd) throw new NotSimple();
  cursor.at = end + 1;
  const content = text.slice(start + 1, end);
  return content.includes("'") ? content.replaceAll("''", "'") : content;
}

/**
 * A value without quotes, on one line, outside of brackets; `isKey` when a colon follows it, and then the cursor stands
 * on that, and else behind the value.
 */
export function readPlain(cursor: Cursor): Node & { readonly source: string; readonly isKey: boolean } {
  const { text, at: start, lineEnd } = cursor;
  checkFirst(cursor);
  const line = text.slice(start, lineEnd);
  const comment = line.indexOf(" #");
  let end = comment === -1 ? line.length : comment;
  let isKey = false;
  for (let at = line.indexOf(":"); at !== -1 && at < end; at = line.indexOf(":", at + 1)) {
    if (at + 1 !== line.length && line.charCodeAt(at + 1) !== space) continue;
    end = at;
    isKey = true;
  }
  end += start;
  cursor.at = end;
  while (text.charCodeAt(end - 1) === space) end--;
  const source = text.slice(start, end);
  cursor.tokens += end === cursor.at ? 2 : 3;
  return { value: resolvePlain(source), start, end, source, isKey };
}

/** The same within brackets, where it also ends before a bracket or a comma. */
export function readPlainInFlow(cursor: Cursor): Node {
  const { text, at: start, lineEnd } = cursor;
  checkFirst(cursor);
  let at = start;
  for (; at < lineEnd; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x2c || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d) break;
    if (code === colon) {
      const next = text.charCodeAt(at + 1);
      if (next === space || at + 1 === lineEnd) break;
      if (next === 0x2c || next === 0x5b || next === 0x5d || next === 0x7b || next === 0x7d)
        throw new NotSimple();
    }
    if (code === 0x23 && text.charCodeAt(at - 1) === space) throw new NotSimple();
  }
  cursor.at = at;
  while (text.charCodeAt(at - 1) === space) at--;
  cursor.tokens += at === cursor.at ? 2 : 3;
  return { value: resolvePlain(text.slice(start, at)), start, end: at };
}

/** What a plain value cannot begin with, or begins with only where it is meant in another way. */
const special = new Set([...",[]{}#&*!|>'\"%@`?:"].map((character) => character.charCodeAt(0)));

function checkFirst(cursor: Cursor): void {
  const first = cursor.code();
  if (special.has(first) || cursor.at === cursor.lineEnd) throw new NotSimple();
  if (first !== dash) return;
  const next = cursor.code(1);
  if (next === space || next === dash || cursor.at + 1 === cursor.lineEnd || special.has(next))
    throw new NotSimple();
}

const constants: Readonly<Record<string, Json>> = {
  ...{ "~": null, null: null, Null: null, NULL: null },
  ...{ true: true, True: true, TRUE: true, false: false, False: false, FALSE: false },
};

/** YAML 1.2 "Core Schema". */
function resolvePlain(source: string): Json {
  const first = source.charCodeAt(0);
  // From "+" to "9", with "," and "/" among them, and the letters that constants begin with.
  if (first >= 0x2b && first <= 0x39) return resolveNumber(source);
  return source.length <= 5 && Object.hasOwn(constants, source) ? constants[source]! : source;
}

function resolveNumber(source: string): Json {
  if (/^[-+]?[0-9]+$/.test(source)) return finite(Number.parseInt(source, 10));
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(source)) {
    return finite(Number.parseFloat(source));
  }
  if (/^[-+]?(?:0[ox]|\.[iInN])/.test(source)) throw new NotSimple();
  return source;
}

function finite(number: number): number {
  if (!Number.isFinite(number)) throw new NotSimple();
  return number;
}
