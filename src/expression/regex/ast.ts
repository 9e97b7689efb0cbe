import type { CharSet } from "./char-set.ts";

/** A parsed pattern: tree and groups. Positions in the text are codepoints throughout. */
export interface Pattern {
  readonly root: Node;
  /** Names by group number; index 0 is the whole match and null, as are unnamed groups. */
  readonly groupNames: readonly (string | null)[];
}

export type Node =
  | { readonly type: "empty" }
  | { readonly type: "fail" }
  | { readonly type: "char"; readonly code: number; readonly fold: boolean }
  | { readonly type: "set"; readonly set: CharSet }
  | { readonly type: "any"; readonly newline: boolean }
  /** `\R`: a line break, CR LF being one. */
  | { readonly type: "lineBreak" }
  /** `\X`: an extended grapheme cluster. */
  | { readonly type: "cluster" }
  /** `\K`: what precedes is not part of the match. */
  | { readonly type: "keep" }
  | { readonly type: "assert"; readonly kind: Assertion }
  | { readonly type: "sequence"; readonly items: readonly Node[] }
  | { readonly type: "alternation"; readonly branches: readonly Node[] }
  | Repeat
  | { readonly type: "capture"; readonly group: number; readonly body: Node }
  | { readonly type: "atomic"; readonly body: Node }
  | { readonly type: "lookahead" | "lookbehind"; readonly negative: boolean; readonly body: Node }
  /** Of several groups of one name, the last that matched counts. */
  | { readonly type: "backreference"; readonly groups: readonly number[]; readonly fold: boolean }
  /** `\g<…>`: group 0 is the whole pattern. */
  | { readonly type: "call"; readonly group: number }
  | {
      readonly type: "conditional";
      readonly condition: Node | { readonly type: "matched"; readonly groups: readonly number[] };
      readonly yes: Node;
      readonly no: Node;
    };

export interface Repeat {
  readonly type: "repeat";
  readonly body: Node;
  readonly min: number;
  /** `Infinity` where there is no bound. */
  readonly max: number;
  readonly mode: "greedy" | "lazy" | "possessive";
}

export type Assertion =
  | "textStart"
  | "textEnd"
  | "textEndOrFinalNewline"
  | "lineStart"
  | "lineEnd"
  | "searchStart"
  | "wordBoundary"
  | "notWordBoundary"
  | "clusterBoundary"
  | "notClusterBoundary";

export const empty: Node = { type: "empty" };

export function sequence(items: readonly Node[]): Node {
  if (items.length === 0) return empty;
  return items.length === 1 ? items[0]! : { type: "sequence", items };
}

export function alternation(branches: readonly Node[]): Node {
  return branches.length === 1 ? branches[0]! : { type: "alternation", branches };
}
