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
import { raise, raiseAbout } from "../raised.ts";
import type { Regex, RegexCapture, RegexMatch } from "../regex/regex.ts";
import type { Run } from "../run.ts";
import { add } from "../value/arithmetic.ts";
import { unitOffset } from "../value/codepoints.ts";
import { isArray, putField, typeOf, type Value } from "../value/value.ts";
import type { Builtin, Builtins } from "./builtin.ts";
import { regexFor } from "./regex-cache.ts";

/** Matching with regular expressions of Oniguruma's syntax. */
export const REGULAR_EXPRESSIONS: Builtins = {
  "test/1": ([regex]) => tested(regex!, NO_FLAGS),
  "test/2": ([regex, flags]) => tested(regex!, flags!),
  "match/1": ([regex]) => combined(regex!, NO_FLAGS, "", true, each(matchObject)),
  "match/2": ([regex, flags]) => combined(regex!, flags!, "", true, each(matchObject)),
  "capture/1": ([regex]) => combined(regex!, NO_FLAGS, "", true, each(captureObject)),
  "capture/2": ([regex, flags]) => combined(regex!, flags!, "", true, each(captureObject)),
  "scan/1": ([regex]) => combined(regex!, NO_FLAGS, "g", false, each(scanned)),
  "scan/2": ([regex, flags]) => combined(regex!, flags!, "g", false, each(scanned)),
  "split/2": ([regex, flags]) =>
    combined(regex!, flags!, "g", false, (found, input, emit) => emit([...pieces(found, input)])),
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
  readonly run: Run;
  readonly env: Env;
}

type Use = (found: Found, input: string, emit: Emit) => Signal;

/**
 * For every regular expression and flags, the first varying slowest: `use`. With `pairs` the expression may also
 * be `[regex, flags]`.
 */
function combined(regexes: Code, flags: Code, always: string, pairs: boolean, use: Use): Code {
  const find = finder(regexes, flags, always, pairs);
  return multiple((env, input, emit) =>
    regexes.each(env, input, (pattern) =>
      flags.each(env, input, (modifiers) => {
        const regex = find(input, pattern, modifiers, env.run);
        return use({ regex, run: env.run, env }, canonical(input as string), emit);
      }),
    ),
  );
}

/** `test` has one output for each pattern. */
function tested(regexes: Code, flags: Code): Code {
  const { one: pattern } = regexes;
  const { one: modifiers } = flags;
  if (pattern === null || modifiers === null) {
    return combined(regexes, flags, "", true, ({ regex, run }, input, emit) =>
      emit(matchesAny(regex, input, run)),
    );
  }
  const find = finder(regexes, flags, "", true);
  return single((env, input) => {
    const { run } = env;
    const source = pattern(env, input);
    return matchesAny(find(input, source, modifiers(env, input), run), canonical(input as string), run);
  });
}

function matchesAny(regex: Regex, input: string, run: Run): boolean {
  run.spend(1 + (input.length >> 4));
  return regex.test(input, (steps) => run.spend(steps));
}

type Find = (input: Value, pattern: Value, flags: Value, run: Run) => Regex;

/** What is written in the program is compiled once, and belongs to it. */
function finder(regexes: Code, flags: Code, always: string, pairs: boolean): Find {
  const fixed = regexes.constant !== null && flags.constant !== null;
  const unpacking = pairs && flags === NO_FLAGS;
  let known: Regex | null = null;
  return (input, given, modifiers, run) => {
    const [pattern, extra] = unpacking && typeof given !== "string" ? unpack(given) : [given, modifiers];
    if (typeof input !== "string") return raiseAbout("", input, " cannot be matched, as it is not a string");
    if (known !== null) return known;
    if (typeof pattern !== "string") return raiseAbout("", pattern, " is not a string");
    if (extra !== null && typeof extra !== "string") return raiseAbout("", extra, " is not a string");
    const regex = regexFor(pattern, `${extra ?? ""}${always}`, fixed ? null : run);
    if (fixed) known = regex;
    return regex;
  };
}

function unpack(pattern: Value): [Value, Value] {
  if (isArray(pattern) && pattern.length > 0) return [pattern[0]!, pattern[1] ?? null];
  return raise(`${typeOf(pattern)} not a string or array`);
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

/** Steps of reporting one match, and of each of its groups. */
const MATCH = 12;
const GROUP = 3;

function* matches({ regex, run }: Found, input: string): Generator<RegexMatch, void> {
  run.spend(1 + (input.length >> 4));
  for (const match of regex.matches(input, (steps) => run.spend(steps))) {
    run.spend(MATCH + GROUP * match.captures.length);
    yield match;
  }
}

function each(convert: (match: RegexMatch) => Value): Use {
  return (found, input, emit) => {
    for (const match of matches(found, input)) {
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
function* pieces(found: Found, input: string): Generator<string, void> {
  const position = new Cursor(input);
  for (const match of matches(found, input)) {
    yield position.to(match.offset);
    position.skip(match.length);
  }
  yield position.rest();
}

function splits(regexes: Code, flags: Code): Code {
  return combined(regexes, flags, "g", false, (found, input, emit) => {
    for (const piece of pieces(found, input)) {
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
      replaceAll(found, replacement!, input, emit),
    );
}

/** The n-th outputs of all replacements make the n-th result, as in jq; without any the text stays as it is. */
function replaceAll(found: Found, replacement: Code, input: string, emit: Emit): Signal {
  const { run, env } = found;
  const position = new Cursor(input);
  const results: Value[] = [];
  for (const match of matches(found, input)) {
    const between = position.to(match.offset);
    position.skip(match.length);
    const texts = collect(replacement, env, captureObject(match));
    for (const [i, text] of texts.entries()) {
      results[i] = add(add(results[i] ?? null, between, run), text, run);
    }
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

  skip(length: number): void {
    this.to(this.codepoint + length);
  }

  rest(): string {
    return this.text.slice(this.unit);
  }
}
