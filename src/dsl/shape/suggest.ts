import { quoted } from "../source/quote.ts";

/** The candidate that is most like what was written, if it is like it at all. */
export function nearest(written: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.min(3, Math.floor(written.length / 2) + 1);
  let looked = 0;
  for (const candidate of candidates) {
    if (++looked > maxCandidates) break;
    const distance = editDistance(written.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

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

const maxCandidates = 1000;
const maxNames = 15;
const maxLength = 80;

/** Insertions, deletions, replacements and swaps of neighbours (Damerau), or `bound` where it is at least that. */
function editDistance(left: string, right: string, bound: number): number {
  if (Math.abs(left.length - right.length) >= bound || left.length > maxLength) return bound;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      if (swapped) cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
    }
    [beforeLast, last] = [last, row];
  }
  return last[right.length]!;
}
