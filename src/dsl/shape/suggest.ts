import { nearest } from "../../expression/nearest.ts";
import { quoted } from "../source/quote.ts";

/** `Did you mean …?`, if anything is near. */
export function nearHint(written: string, candidates: Iterable<string>): string | undefined {
  const near = nearest(written, candidates);
  return near === undefined ? undefined : `Did you mean ${quoted(near)}?`;
}

/** `Did you mean …?`, or else the names to choose from; undefined when there are none. */
export function didYouMean(written: string, candidates: Iterable<string>, label: string): string | undefined {
  const names = [...candidates];
  const near = nearHint(written, names);
  if (near !== undefined || names.length === 0) return near;
  const more = names.length > maxNames ? `, … (${names.length} in all)` : "";
  return `${label}: ${names.slice(0, maxNames).map(clipped).join(", ")}${more}`;
}

/** As JSON writes it, but bare where that is the same. */
function clipped(name: string): string {
  const text = quoted(name);
  return /^"[\w./-]+"$/.test(text) ? text.slice(1, -1) : text;
}

const maxNames = 15;
