import { nearest } from "../expression/nearest.ts";

/** The candidate that was probably meant, mistyped or cut short; undefined when none is near enough. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const all = [...candidates];
  return nearest(word, all) ?? prefixed(word, all);
}

function prefixed(word: string, candidates: readonly string[]): string | undefined {
  if (word.length < 2) return undefined;
  return candidates.find((candidate) => candidate.startsWith(word) || word.startsWith(`${candidate}s`));
}
