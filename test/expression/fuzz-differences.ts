import type { Case } from "./fuzz-grammar.ts";

/** What jq and we make of a case: JSON text of the recorded outputs, or undefined if it does not compile. */
export interface Disagreement extends Case {
  readonly jq: string | undefined;
  readonly ours: string | undefined;
}

/** Where jq and we differ on purpose. A case that none of these covers is a defect. */
export const differences: { readonly reason: string; readonly covers: (found: Disagreement) => boolean }[] = [
  {
    reason:
      "jq does not look into definitions that are never called; we refuse what is not defined there too",
    covers: ({ program, ours }) => ours === undefined && program.includes("def "),
  },
  {
    reason:
      "jq folds constants, so that some keys that are no strings are refused before anything is evaluated",
    covers: ({ program, jq, ours }) => jq === undefined && ours !== undefined && /\(.+\): /.test(program),
  },
  {
    reason:
      "The C library of jq-wasm gives nonsense for times it cannot hold, where jq elsewhere and we raise an error",
    covers: ({ program, input }) =>
      /gmtime|strftime|todate/.test(program) && /1e\+100|0{17}/.test(program + JSON.stringify(input)),
  },
  {
    reason: "The C library of jq-wasm takes the years 0 to 99 for 1900 to 1999",
    covers: ({ program, ours }) => /mktime/.test(program) && /-(?:59|6[0-2])\d{9}\b/.test(ours ?? ""),
  },
  {
    reason:
      "jq goes on byte by byte behind an empty match, so that it finds more of them than there are characters",
    covers: ({ program, input }) =>
      /split|sub\(|match|scan/.test(program) &&
      [...program, ...JSON.stringify(input)].some((char) => char > "\u007f"),
  },
  {
    reason:
      "NaN is less than itself, so that the order among several is whatever the way of sorting makes of it",
    covers: ({ program }) => /nan/.test(program) && /sort|group|unique|min|max/.test(program),
  },
  {
    reason:
      "In jq a break out of what follows ?// (also that of first and limit) sends it to the next alternative",
    covers: ({ program }) =>
      program.includes("?//") && /first|limit|label|nth|isempty|any|all|skip|until/.test(program),
  },
  {
    reason:
      "Behind ?//, a reduce with several initial values sends jq to the next alternative after the first of them",
    covers: ({ program }) => program.includes("?//") && program.includes("reduce "),
  },
  {
    reason: "A destructuring alternative (?//) inside a path leaves jq with a path that is none",
    covers: ({ program, jq }) =>
      program.includes("?//") && (jq ?? "").includes("Paths must be specified as an array"),
  },
];
