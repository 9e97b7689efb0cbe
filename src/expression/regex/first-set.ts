import type { Node } from "./ast.ts";
import { caseEquivalents } from "./case-fold.ts";
import { CharSet } from "./char-set.ts";
import { spanOf } from "./node-span.ts";

/** The codepoints that a match can begin with, where that can be told; other positions need not be tried. */
export function firstSet(node: Node): CharSet | undefined {
  switch (node.type) {
    case "char":
      return node.fold ? foldedFirst(node.code) : CharSet.ofCodes([node.code]);
    case "set":
      return node.set;
    case "capture":
    case "atomic":
      return firstSet(node.body);
    case "repeat":
      return node.min > 0 ? firstSet(node.body) : undefined;
    case "alternation":
      return union(node.branches.map(firstSet));
    case "sequence": {
      const first = node.items.find((item) => !isZeroWidth(item));
      return first && firstSet(first);
    }
    default:
      return undefined;
  }
}

/** Whether a match can only begin at the start of the text. */
export function isAnchored(node: Node): boolean {
  if (node.type === "assert") return node.kind === "textStart";
  if (node.type === "capture" || node.type === "atomic") return isAnchored(node.body);
  if (node.type === "sequence") return isAnchored(node.items[0]!);
  return node.type === "alternation" && node.branches.every(isAnchored);
}

function isZeroWidth(node: Node): boolean {
  return ["assert", "lookahead", "lookbehind", "keep", "empty"].includes(node.type) && spanOf(node).max === 0;
}

/** Several characters may be the folding of one past ASCII, such as `ss` of ß, so none of those is ruled out. */
function foldedFirst(code: number): CharSet {
  const equivalents = caseEquivalents(code);
  return new CharSet((each) => each >= 128 || equivalents.includes(each) || code >= 128);
}

function union(sets: readonly (CharSet | undefined)[]): CharSet | undefined {
  if (!sets.every((set) => set !== undefined)) return undefined;
  return new CharSet((code) => sets.some((set) => set.has(code)));
}
