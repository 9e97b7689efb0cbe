import type { SourceFile } from "./tree.ts";

/** What a finished tree does not hold. The marks are spelled in halves, so that this file does not find itself. */
const leftovers: readonly [RegExp, string][] = [
  [
    new RegExp(
      `\\b(?:${["TO", "FIX", "XX", "HA"].map((half, at) => half + ["DO", "ME", "X", "CK"][at]).join("|")})\\b`,
    ),
    "a note to self",
  ],
  [new RegExp(`\\b(?:test|describe|it)\\.(?:on${"ly"}|to${"do"})\\(`), "a test set aside"],
  [new RegExp(`\\bdebug${"ger"}\\b`), "a breakpoint"],
  [new RegExp(`@ts-(?:ig${"nore"}|no${"check"})`), "a silenced type error"],
  [/^\s*\/\/\s*(?:const|let|if|for|return|import|await)\b.*[;{]\s*$/, "code in a comment"],
  [/\bBun\.sleep\(|\bsleepSync\(|\bAtomics\.wait\(/, "a sleep"],
];

/** Folder and file names that say nothing. */
const emptyNames = /(^|\/)(?:utils?|common|helpers?|misc|shared)(?:\.test)?(?:\.ts$|\/)/;

export function findLeftovers(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, lines }) => [
    ...(emptyNames.test(path) ? [`${path}: a name that says nothing`] : []),
    ...lines.flatMap((line, at) =>
      leftovers.flatMap(([pattern, what]) => (pattern.test(line) ? [`${path}:${at + 1}: ${what}`] : [])),
    ),
  ]);
}
