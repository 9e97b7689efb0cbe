import type { Args, Values } from "./command.ts";
import { type Flag, flagsOf } from "./flag.ts";
import { suggest } from "./suggest.ts";
import { usageError } from "./usage-error.ts";

/** How tokens are read. */
export interface Reading {
  /** Stop at the first argument (the verb). */
  readonly untilFirst?: boolean;
  /** The words of the verb, for error texts. */
  readonly verb: string;
}

export interface ReadLine<A extends Args> {
  readonly values: Values<A>;
  /** Where the first argument stands in the tokens, -1 when there is none. */
  readonly first: number;
}

/**
 * Reads tokens by a declaration of citty's: `--name value`, `--name=value`, `-n value`, `-nvalue`, `-abc`; `--` ends the
 * flags; a single `-` is an argument. Throws `invalid_argument` for what is unknown, with the nearest flag.
 *
 * citty's own reading cannot be used: an unknown flag is accepted (its value becomes an argument), of a flag given
 * twice only the last stays, a value that is missing is "", and every `--no-x` means that x is false, so that
 * `--no-input` would take away the `--input` of a verb.
 */
export function readTokens<const A extends Args>(
  tokens: readonly string[],
  args: A,
  reading: Reading,
): ReadLine<A> {
  const known = flagsOf(args);
  const given: Given = new Map();
  const words: string[] = [];
  let first = -1;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!;
    if (token === "--") {
      if (first < 0 && index + 1 < tokens.length) first = index + 1;
      words.push(...tokens.slice(index + 1));
      break;
    }
    if (token === "-" || !token.startsWith("-")) {
      if (first < 0) first = index;
      if (reading.untilFirst) break;
      words.push(token);
    } else {
      const read = token.startsWith("--") ? readLong : readShort;
      index += read(token, tokens[index + 1], known, given, reading.verb);
    }
  }
  return { values: toValues(args, given, words), first };
}

type Given = Map<string, string[]>;

function toValues<A extends Args>(args: A, given: Given, words: readonly string[]): Values<A> {
  const rest = [...words];
  const values = Object.entries(args).map(([name, { type, repeat }]) => {
    if (type === "positional") return [name, repeat ? rest.splice(0) : rest.shift()];
    if (type === "boolean") return [name, given.has(name)];
    const all = given.get(name) ?? [];
    return [name, repeat ? all : all.at(-1)];
  });
  return { _: words, ...Object.fromEntries(values) };
}

/** Answers how many further tokens it used. */
type ReadToken = (
  token: string,
  next: string | undefined,
  known: readonly Flag[],
  given: Given,
  verb: string,
) => number;

const readLong: ReadToken = (token, next, known, given, verb) => {
  const equals = token.indexOf("=");
  const name = token.slice(2, equals < 0 ? undefined : equals);
  const flag = known.find((candidate) => candidate.name === name);
  if (flag === undefined) throw unknownFlag(`--${name}`, known, verb);
  if (flag.value === undefined) {
    const value = equals < 0 ? "true" : token.slice(equals + 1);
    if (value !== "true" && value !== "false") {
      throw usageError(`Flag --${name} takes no value, found "${value}"`, verb);
    }
    if (value === "true") given.set(name, []);
    else given.delete(name);
    return 0;
  }
  if (equals >= 0) {
    addValue(given, flag, token.slice(equals + 1), verb);
    return 0;
  }
  addValue(given, flag, requireValue(flag, `--${name}`, next, verb), verb);
  return 1;
};

const readShort: ReadToken = (token, next, known, given, verb) => {
  for (let index = 1; index < token.length; index++) {
    const letter = token[index]!;
    const flag = known.find((candidate) => candidate.short === letter);
    if (flag === undefined) throw unknownFlag(`-${letter}`, known, verb);
    if (flag.value === undefined) {
      given.set(flag.name, []);
      continue;
    }
    const rest = token.slice(index + 1);
    if (rest !== "") {
      addValue(given, flag, rest.startsWith("=") ? rest.slice(1) : rest, verb);
      return 0;
    }
    addValue(given, flag, requireValue(flag, `-${letter}`, next, verb), verb);
    return 1;
  }
  return 0;
};

function requireValue(flag: Flag, spelling: string, next: string | undefined, verb: string): string {
  if (next === undefined || next.startsWith("--")) {
    throw usageError(`Flag ${spelling} needs a value: ${spelling} ${flag.value}`, verb);
  }
  return next;
}

function addValue(given: Given, { name, choices }: Flag, value: string, verb: string): void {
  if (choices !== undefined && !choices.includes(value)) {
    const nearest = suggest(value, choices);
    const hint = nearest === undefined ? undefined : `Did you mean "${nearest}"?`;
    throw usageError(`Unknown value "${value}" for --${name}, use one of ${choices.join(", ")}`, verb, hint);
  }
  given.set(name, [...(given.get(name) ?? []), value]);
}

function unknownFlag(spelling: string, known: readonly Flag[], verb: string): Error {
  const names = known.filter((flag) => !flag.hidden).map(({ name }) => name);
  const nearest = spelling.startsWith("--") ? suggest(spelling.slice(2), names) : undefined;
  const hint = nearest === undefined ? undefined : `Did you mean "--${nearest}"?`;
  return usageError(`Unknown flag "${spelling}"`, verb, hint);
}
