import type { Flag } from "../flag.ts";

/** What a completion script knows of a verb. */
export interface CompletedVerb {
  /** Its words, `server status`. */
  readonly name: string;
  readonly summary: string;
  /** Its own and the global ones. */
  readonly flags: readonly Flag[];
  /** What the word behind it may be, as far as that is known. */
  readonly words: readonly string[];
}

/** A word and what it is for. */
export type Word = readonly [word: string, summary: string];

/** What the scripts of all shells complete from. */
export interface Words {
  readonly verbs: readonly CompletedVerb[];
  /** First words of verbs. */
  readonly first: readonly Word[];
  /** Second words, by the group that they follow. */
  readonly second: ReadonlyMap<string, readonly Word[]>;
  /** Spellings of a flag, and the values it can have. */
  readonly choices: readonly (readonly [spellings: readonly string[], choices: readonly string[]])[];
  /** Spellings of the flags before a verb whose value is a word of its own. */
  readonly valued: readonly string[];
}

export function wordsOf(verbs: readonly CompletedVerb[], globals: readonly Flag[]): Words {
  const second = new Map<string, Word[]>();
  for (const { name, summary } of verbs) {
    const [group = "", word] = name.split(" ");
    if (word !== undefined) second.set(group, [...(second.get(group) ?? []), [word, summary]]);
  }
  const first = new Map(verbs.map(({ name, summary }) => firstWord(name, summary)));
  const choices = new Map<string, [string[], readonly string[]]>();
  for (const flag of verbs.flatMap(({ flags }) => flags)) {
    if (flag.choices !== undefined) choices.set(flag.name, [spellings(flag), flag.choices]);
  }
  const valued = globals.filter(({ value }) => value !== undefined).flatMap(spellings);
  return { verbs, first: [...first], second, choices: [...choices.values()], valued };
}

function firstWord(name: string, summary: string): Word {
  const [word = "", second] = name.split(" ");
  return [word, second === undefined ? summary : `Verbs of ${word}`];
}

function spellings({ name, short }: Flag): string[] {
  return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
}
