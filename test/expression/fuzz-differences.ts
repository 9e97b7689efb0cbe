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
    covers: ({ program, jq, ours }) =>
      /gmtime|strftime|todate/.test(program) &&
      ((ours ?? "").includes("error converting number of seconds") || /"?1900/.test(jq ?? "")),
  },
  {
    reason: "A destructuring alternative (?//) inside a path leaves jq with a path that is none",
    covers: ({ program, jq }) =>
      program.includes("?//") && (jq ?? "").includes("Paths must be specified as an array"),
  },
];
