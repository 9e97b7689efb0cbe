import { Random } from "./random.ts";

/** A pattern, the text it is matched on, and jq's flags. */
export type RegexCase = readonly [pattern: string, text: string, flags: string];

export function makeRegexCase(seed: number): RegexCase {
  const random = new Random(seed);
  const text = Array.from({ length: random.below(12) }, () => random.pick(characters)).join("");
  const flags = random.pick(["g", "g", "gi", "gn", "gl", "gx", "gp", "", "is"]);
  // Only here, as groups that refer to themselves are another matter in Oniguruma; so are groups in loops that may be
  // empty, once they are referred to.
  const reference = random.pick(["\\1", "\\1?", "(?(1)a|b)", "(?(1)\\1)"]);
  const pattern = alternatives(random, 3);
  const refers = /\((?!\?[^<])/.test(pattern) && !/\)[*+?{]/.test(pattern) && random.below(2) === 0;
  return [refers ? pattern + reference : pattern, text, flags];
}

const characters = ["a", "b", "c", "A", "B", "1", " ", "\n", "é", "ß", "😀", "a", "b", "-", "."];

const atoms = [
  ...[
    "a",
    "b",
    "c",
    "A",
    "1",
    ".",
    " ",
    "é",
    "s",
    "ss",
    "ß",
    "😀",
    "\\d",
    "\\w",
    "\\s",
    "\\W",
    "\\D",
    "\\S",
    "\\.",
    "\\n",
  ],
  ...[
    "[ab]",
    "[^ab]",
    "[a-c1]",
    "[[:alpha:]]",
    "[^[:digit:]s]",
    "[\\w-]",
    "[-a]",
    "[]a]",
    "\\p{Lu}",
    "\\P{L}",
    "\\x61",
  ],
  ...["\\R", "\\X", "\\N", "\\O"],
];
const compounds = ["(?<=ab)", "(?<!a|b)", "(?<=a?b)", "(?<!\\w)", "(?1)", "\\g<n>"];
const anchors = [
  "^",
  "$",
  "\\b",
  "\\B",
  "\\A",
  "\\z",
  "\\Z",
  "\\G",
  "(?i)",
  "(?-i)",
  "(?m)",
  "(?s)",
  "(?#x)",
  "\\Qa.\\E",
];
const quantifiers = [
  "*",
  "+",
  "?",
  "*?",
  "+?",
  "??",
  "*+",
  "++",
  "?+",
  "{2}",
  "{1,2}",
  "{0,2}?",
  "{2,}",
  "{1,2}+",
  "{,2}",
];
const groups = ["(", "(", "(", "(?:", "(?:", "(?<n>", "(?=", "(?!", "(?>", "(?i:", "(?~"];

function alternatives(random: Random, depth: number): string {
  const count = random.pick([1, 1, 1, 2, 2, 3]);
  return Array.from({ length: count }, () => branch(random, depth)).join("|");
}

function branch(random: Random, depth: number): string {
  return Array.from({ length: random.below(4) }, () => piece(random, depth)).join("");
}

function piece(random: Random, depth: number): string {
  const kind = random.below(10);
  if (kind === 0) return random.pick(random.below(4) === 0 ? compounds : anchors);
  const atom =
    kind <= 3 && depth > 0 ? `${random.pick(groups)}${alternatives(random, depth - 1)})` : random.pick(atoms);
  return random.below(3) === 0 ? atom + random.pick(quantifiers) : atom;
}
