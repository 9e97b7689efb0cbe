import { adopt } from "../raised.ts";
import { compileRegex, type Regex } from "../regex/regex.ts";
import type { Run } from "../run.ts";

/**
 * The compiled form of a pattern. One that is made while the program runs is paid for by `run`, also when it is
 * found here: what an evaluation may cost must not depend on others. Only using the same again is free.
 */
export function regexFor(pattern: string, flags: string, run: Run | null): Regex {
  const key = `${flags}/${pattern}`;
  const paid = run === null || run.lastRegex === key;
  if (!paid) run.spend(COMPILE + pattern.length * PER_CHARACTER);
  const regex = cache.get(key) ?? compile(key, pattern, flags);
  if (!paid) {
    run.spend(regex.size * PER_INSTRUCTION);
    run.lastRegex = key;
  }
  return regex;
}

function compile(key: string, pattern: string, flags: string): Regex {
  const regex = adopt(() => compileRegex(pattern, flags));
  if (cache.size >= CACHE_SIZE) cache.delete(cache.keys().next().value!);
  cache.set(key, regex);
  return regex;
}

/** Steps of compiling. */
const COMPILE = 60;
const PER_CHARACTER = 8;
const PER_INSTRUCTION = 6;

const CACHE_SIZE = 500;
const cache = new Map<string, Regex>();
