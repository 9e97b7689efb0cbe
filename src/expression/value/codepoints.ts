import { clampSlice } from "./access.ts";

/** jq counts strings in codepoints; JavaScript in UTF-16 units. They agree unless there are surrogates. */
export function codepointLength(text: string): number {
  let length = text.length;
  for (let i = 0; i + 1 < text.length; i++) if (isPair(text, i)) length--;
  return length;
}

export function codepointSlice(text: string, from: number | undefined, to: number | undefined): string {
  const length = codepointLength(text);
  const [start, end] = clampSlice(length, from, to);
  if (length === text.length) return text.slice(start, end);
  const unitStart = unitOffset(text, start, 0);
  return text.slice(unitStart, unitOffset(text, end - start, unitStart));
}

/** The UTF-16 offset `codepoints` behind the offset `from`. */
export function unitOffset(text: string, codepoints: number, from: number): number {
  let at = from;
  for (let i = 0; i < codepoints && at < text.length; i++) at += isPair(text, at) ? 2 : 1;
  return at;
}

function isPair(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit < 0xd800 || unit > 0xdbff) return false;
  const next = text.charCodeAt(at + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}
