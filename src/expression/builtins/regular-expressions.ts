import {
  CONTINUE,
  type Code,
  collect,
  constant,
  type Emit,
  type Env,
  multiple,
  type Signal,
  single,
} from "../compiler/code.ts";
import { adopt, raise, raiseAbout } from "../raised.ts";
import { compileRegex, type Regex, type RegexCapture, type RegexMatch } from "../regex/regex.ts";
import { add } from "../value/arithmetic.ts";
import { unitOffset } from "../value/codepoints.ts";
import { isArray, putField, typeOf, type Value } from "../value/value.ts";
import type { Builtin, Builtins } from "./builtin.ts";

/** Matching with regular expressions of Oniguruma's syntax. */
export const REGULAR_EXPRESSIONS: Builtins = {
  "test/1": ([regex]) => combined(regex!, NO_FLAGS, "", true, test),
  "test/2": ([regex, flags]) => combined(regex!, flags!, "", true, test),
  "match/1": ([regex]) => combined(regex!, NO_FLAGS, "", true, each(matchObject)),
  "match/2": ([regex, flags]) => combined(regex!, flags!, "", true, each(matchObject)),
  "capture/1": ([regex]) => combined(regex!, NO_FLAGS, "", true, each(captureObject)),
  "capture/2": ([regex, flags]) => combined(regex!, flags!, "", true, each(captureObject)),
  "scan/1": ([regex]) => combined(regex!, NO_FLAGS, "g", false, each(scanned)),
  "scan/2": ([regex, flags]) => combined(regex!, flags!, "g", false, each(scanned)),
  "split/2": ([regex, flags]) =>
    combined(regex!, flags!, "g", false, (found, input, emit) => emit(pieces(found, input))),
  "splits/1": ([regex]) => splits(regex!, NO_FLAGS),
  "splits/2": ([regex, flags]) => splits(regex!, flags!),
  "sub/2": substitution(""),
  "sub/3": substitution(""),
  "gsub/2": substitution("g"),
  "gsub/3": substitution("g"),
};

const NO_FLAGS: Code = constant(null);

interface Found {
  readonly regex: Regex;
  readonly env: Env;
}

type Use = (found: Found, input: string, emit: Emit) => Signal;

/**
 * For every regular expression and flags, the first varying slowest: `use`. With `pairs` the expression may also
 * be `[regex, flags]`.
 */
function combined(regexes: Code, flags: Code, always: string, pairs: boolean, use: Use): Code {
  const run = (env: Env, input: Value, pattern: Value, modifiers: Value, emit: Emit): Signal => {
    const [source, extra] = pairs && flags === NO_FLAGS ? unpack(pattern) : [pattern, modifiers];
    const regex = prepare(input, source, extra, always);
    return use({ regex, env }, canonical(input as string), emit);
  };
  const each = multiple((env, input, emit) =>
    regexes.each(env, input, (pattern) =>
      flags.each(env, input, (modifiers) => run(env, input, pattern, modifiers, emit)),
    ),
  );
  const { one: regexOne } = regexes;
  const { one: flagsOne } = flags;
  if (use !== test || regexOne === null || flagsOne === null) return each;
  return single((env, input) => {
    let result = false;
    run(env, input, regexOne(env, input), flagsOne(env, input), (value) => {
      result = value === true;
      return CONTINUE;
    });
    return result;
  });
}

function unpack(pattern: Value): [Value, Value] {
  if (typeof pattern === "string") return [pattern, null];
  if (isArray(pattern) && pattern.length > 0) return [pattern[0]!, pattern[1] ?? null];
  return raise(`${typeOf(pattern)} not a string or array`);
}

function prepare(input: Value, pattern: Value, flags: Value, always: string): Regex {
  if (typeof input !== "string") return raiseAbout("", input, " cannot be matched, as it is not a string");
  if (typeof pattern !== "string") return raiseAbout("", pattern, " is not a string");
  if (flags !== null && typeof flags !== "string") return raiseAbout("", flags, " is not a string");
  return regexFor(pattern, `${flags ?? ""}${always}`);
}

/** What it takes to report one match. */
const MATCH_STEPS = 16;

const CACHE_SIZE = 500;
const cache = new Map<string, Regex>();

function regexFor(pattern: string, flags: string): Regex {
  const key = `${flags}/${pattern}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const regex = adopt(() => compileRegex(pattern, flags));
  if (cache.size >= CACHE_SIZE) cache.delete(cache.keys().next().value!);
  cache.set(key, regex);
  return regex;
}

/**
 * The matcher keeps the last text it has taken apart, and finds it again by comparing. For the very same string that
 * takes no time; for an equal one, made anew, it would take as long as the text is, at every match.
 */
function canonical(text: string): string {
  if (text !== lastText) lastText = text;
  return lastText;
}

let lastText = "";

function matches({ regex, env }: Found, input: string): Iterable<RegexMatch> {
  const { run } = env;
  run.spend(input.length >> 4);
  return regex.matches(input, (steps) => run.spend(steps));
}

function test({ regex, env }: Found, input: string, emit: Emit): Signal {
  env.run.spend(input.length >> 4);
  const spend = (steps: number) => env.run.spend(steps);
  return emit(regex.match(input, 0, spend) !== null);
}

function each(convert: (match: RegexMatch) => Value): Use {
  return (found, input, emit) => {
    for (const match of matches(found, input)) {
      found.env.run.spend(MATCH_STEPS);
      const signal = emit(convert(match));
      if (signal !== CONTINUE) return signal;
    }
    return CONTINUE;
  };
}

function matchObject(match: RegexMatch): Value {
  const { offset, length, string } = match;
  return { offset, length, string, captures: match.captures.map(captureOf) };
}

/** The order of the fields of an empty one is jq's. */
function captureOf({ offset, length, string, name }: RegexCapture): Value {
  return length === 0 ? { offset, string, length, name } : { offset, length, string, name };
}

/** The named groups; of several of one name the last counts. */
function captureObject(match: RegexMatch): Value {
  const object: Record<string, Value> = {};
  for (const { name, string } of match.captures) if (name !== null) putField(object, name, string);
  return object;
}

function scanned(match: RegexMatch): Value {
  return match.captures.length === 0 ? match.string : match.captures.map(({ string }) => string);
}

/** What stands between the matches. */
function pieces(found: Found, input: string): string[] {
  const parts: string[] = [];
  let position = new Cursor(input);
  for (const match of matches(found, input)) {
    found.env.run.spend(MATCH_STEPS);
    parts.push(position.to(match.offset));
    position = position.skip(match.length);
  }
  parts.push(position.rest());
  return parts;
}

function splits(regexes: Code, flags: Code): Code {
  return combined(regexes, flags, "g", false, (found, input, emit) => {
    for (const piece of pieces(found, input)) {
      found.env.run.step();
      const signal = emit(piece);
      if (signal !== CONTINUE) return signal;
    }
    return CONTINUE;
  });
}

/** `sub(regex; replacement; flags)`: the replacement sees the named groups; each of its outputs is a result. */
function substitution(always: string): Builtin {
  return ([regexes, replacement, flags]) =>
    combined(regexes!, flags ?? NO_FLAGS, always, false, (found, input, emit) =>
      replaceAll([...matches(found, input)], replacement!, found.env, input, emit),
    );
}

/** The n-th outputs of all replacements make the n-th result, as in jq; without any the text stays as it is. */
function replaceAll(
  found: readonly RegexMatch[],
  replacement: Code,
  env: Env,
  input: string,
  emit: Emit,
): Signal {
  const { run } = env;
  const position = new Cursor(input);
  const results: Value[] = [];
  for (const match of found) {
    const between = position.to(match.offset);
    position.skip(match.length);
    run.spend(MATCH_STEPS);
    collect(replacement, env, captureObject(match)).forEach((text, i) => {
      run.step();
      results[i] = add(add(results[i] ?? null, between, run), text, run);
    });
  }
  if (results.length === 0) return emit(input);
  const rest = position.rest();
  for (const result of results) {
    const signal = emit(add(result, rest, run));
    if (signal !== CONTINUE) return signal;
  }
  return CONTINUE;
}

/** Walks a text by codepoints, forward only, so that a long text is counted once. */
class Cursor {
  private codepoint = 0;
  private unit = 0;

  constructor(private readonly text: string) {}

  /** The text from here up to the codepoint `offset`; stands there afterwards. */
  to(offset: number): string {
    const end = unitOffset(this.text, offset - this.codepoint, this.unit);
    const piece = this.text.slice(this.unit, end);
    this.codepoint = offset;
    this.unit = end;
    return piece;
  }

  skip(length: number): this {
    this.to(this.codepoint + length);
    return this;
  }

  rest(): string {
    return this.text.slice(this.unit);
  }
}
