import type { Flag } from "./command.ts";
import { suggest } from "./suggest.ts";
import { usageError } from "./usage-error.ts";

/** The flags of one command line; a value that is not there is undefined, a switch that is not there is false. */
export class Flags {
  readonly #values = new Map<string, string[]>();

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The last value given. */
  text(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  texts(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  add(name: string, value: string): void {
    this.#values.set(name, [...this.texts(name), value]);
  }

  remove(name: string): void {
    this.#values.delete(name);
  }
}

export interface ParsedLine {
  readonly flags: Flags;
  readonly arguments: readonly string[];
  /** Where the first positional argument stands in the tokens, -1 when there is none. */
  readonly first: number;
}

/** How the tokens are read. */
export interface Reading {
  /** Stop at the first positional argument (the verb). */
  readonly untilFirst?: boolean;
  /** The words of the verb, for error texts. */
  readonly verb: string;
}

/**
 * Parses command line tokens: `--name value`, `--name=value`, `-n value`, `-nvalue`, `-abc`; `--` ends the flags; a
 * single `-` is an argument. Throws `invalid_argument` for what is unknown, with the nearest flag.
 */
export function parseFlags(tokens: readonly string[], known: readonly Flag[], reading: Reading): ParsedLine {
  const flags = new Flags();
  const positional: string[] = [];
  let first = -1;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!;
    if (token === "--") {
      if (first < 0 && index + 1 < tokens.length) first = index + 1;
      positional.push(...tokens.slice(index + 1));
      break;
    }
    if (token === "-" || !token.startsWith("-")) {
      if (first < 0) first = index;
      if (reading.untilFirst) break;
      positional.push(token);
    } else {
      const parse = token.startsWith("--") ? parseLong : parseShort;
      index += parse(token, tokens[index + 1], known, flags, reading.verb);
    }
  }
  return { flags, arguments: positional, first };
}

/** Answers how many further tokens it used. */
type ParseToken = (
  token: string,
  next: string | undefined,
  known: readonly Flag[],
  flags: Flags,
  verb: string,
) => number;

const parseLong: ParseToken = (token, next, known, flags, verb) => {
  const equals = token.indexOf("=");
  const name = token.slice(2, equals < 0 ? undefined : equals);
  const flag = known.find((candidate) => candidate.name === name);
  if (flag === undefined) throw unknownFlag(`--${name}`, known, verb);
  if (flag.value === undefined) {
    const value = equals < 0 ? "true" : token.slice(equals + 1);
    if (value !== "true" && value !== "false") {
      throw usageError(`Flag --${name} takes no value, found "${value}"`, verb);
    }
    if (value === "true") flags.add(name, value);
    else flags.remove(name);
    return 0;
  }
  if (equals >= 0) {
    addValue(flags, flag, token.slice(equals + 1), verb);
    return 0;
  }
  addValue(flags, flag, requireValue(flag, `--${name}`, next, verb), verb);
  return 1;
};

const parseShort: ParseToken = (token, next, known, flags, verb) => {
  for (let index = 1; index < token.length; index++) {
    const letter = token[index]!;
    const flag = known.find((candidate) => candidate.short === letter);
    if (flag === undefined) throw unknownFlag(`-${letter}`, known, verb);
    if (flag.value === undefined) {
      flags.add(flag.name, "true");
      continue;
    }
    const rest = token.slice(index + 1);
    if (rest !== "") {
      addValue(flags, flag, rest.startsWith("=") ? rest.slice(1) : rest, verb);
      return 0;
    }
    addValue(flags, flag, requireValue(flag, `-${letter}`, next, verb), verb);
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

function addValue(flags: Flags, flag: Flag, value: string, verb: string): void {
  if (flag.choices !== undefined && !flag.choices.includes(value)) {
    const nearest = suggest(value, flag.choices);
    const hint = nearest === undefined ? undefined : `Did you mean "${nearest}"?`;
    throw usageError(
      `Unknown value "${value}" for --${flag.name}, use one of ${flag.choices.join(", ")}`,
      verb,
      hint,
    );
  }
  flags.add(flag.name, value);
}

function unknownFlag(spelling: string, known: readonly Flag[], verb: string): Error {
  const visible = known.filter((flag) => !flag.hidden);
  const nearest = spelling.startsWith("--")
    ? suggest(
        spelling.slice(2),
        visible.map((flag) => flag.name),
      )
    : undefined;
  const hint = nearest === undefined ? undefined : `Did you mean "--${nearest}"?`;
  return usageError(`Unknown flag "${spelling}"`, verb, hint);
}
