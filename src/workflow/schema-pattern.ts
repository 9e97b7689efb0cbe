import { format } from "@cfworker/json-schema";
import type { Json } from "../expression/json.ts";
import { compileRegex, type Regex } from "../expression/regex/regex.ts";
import { fromEcmaPattern } from "./ecma-pattern.ts";
import { mapSchemas } from "./schema-walk.ts";

/**
 * `pattern` with counted work. The validator would hand it to the host's engine, which nobody can stop; a format is the
 * only keyword whose meaning it lets others define, so a pattern becomes one.
 */
const prefix = "pawl pattern ";

/** How much work the patterns of one validation may take; about a tenth of a second. */
const mostSteps = 10_000_000;

/** A pattern takes more work than it may. */
export class PatternLimit extends Error {}

let steps = 0;

/** Runs a validation; throws `PatternLimit` when its patterns take too many steps. */
export function countingPatterns<T>(work: () => T): T {
  steps = 0;
  return work();
}

/** A copy of the schema whose patterns are counted. One that is no regular expression stays, to be told as such. */
export function withCountedPatterns(schema: Json): Json {
  return mapSchemas(schema, (each) => {
    const { pattern, allOf, ...rest } = each;
    if (typeof pattern !== "string" || compiled(pattern) === undefined) return each;
    return { ...rest, allOf: [...(Array.isArray(allOf) ? allOf : []), { format: prefix + pattern }] };
  });
}

/** The validator's error, with what was a pattern told as one. */
export function patternError(error: string): string {
  const start = `String does not match format "${prefix}`;
  return error.startsWith(start)
    ? `String does not match the pattern "${error.slice(start.length, -2)}".`
    : error;
}

const most = 500;
const known = new Map<string, Regex | undefined>();

function compiled(pattern: string): Regex | undefined {
  if (known.has(pattern)) return known.get(pattern);
  if (known.size >= most) known.clear();
  const regex = isEcmaPattern(pattern) ? compiledOrNot(pattern) : undefined;
  known.set(pattern, regex);
  return regex;
}

/** Also what is valid only without the flag `u`, such as a needless backslash: `\d+\-\d+`. */
function isEcmaPattern(pattern: string): boolean {
  return ["u", ""].some((flags) => {
    try {
      return new RegExp(pattern, flags) !== undefined;
    } catch {
      return false;
    }
  });
}

/** Undefined for what ECMA-262 has and `expression/regex` does not: the host's engine has to do. */
function compiledOrNot(pattern: string): Regex | undefined {
  try {
    return compileRegex(fromEcmaPattern(pattern), "");
  } catch {
    return undefined;
  }
}

/** Whether a text matches; undefined where the host's engine has to say it. */
export function countedMatch(pattern: string, text: string): boolean | undefined {
  return compiled(pattern)?.test(text, (spent) => {
    steps += spent;
    if (steps > mostSteps) throw new PatternLimit(`The pattern "${pattern}" takes too many steps`);
  });
}

Object.setPrototypeOf(
  format,
  new Proxy(Object.prototype, {
    get: (_, name) =>
      typeof name === "string" && name.startsWith(prefix)
        ? (text: string) => countedMatch(name.slice(prefix.length), text) ?? true
        : undefined,
  }),
);
