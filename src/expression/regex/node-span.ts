import type { Node } from "./ast.ts";

/** How many codepoints a node can match. */
export interface Span {
  readonly min: number;
  readonly max: number;
}

export function spanOf(node: Node): Span {
  switch (node.type) {
    case "char":
    case "set":
    case "any":
      return { min: 1, max: 1 };
    case "lineBreak":
      return { min: 1, max: 2 };
    case "cluster":
      return { min: 1, max: Number.POSITIVE_INFINITY };
    case "sequence":
      return node.items
        .map(spanOf)
        .reduce((sum, { min, max }) => ({ min: sum.min + min, max: sum.max + max }));
    case "alternation":
      return either(node.branches.map(spanOf));
    case "conditional":
      return either([node.yes, node.no].map(spanOf));
    case "repeat":
      return repeated(spanOf(node.body), node.min, node.max);
    case "capture":
    case "atomic":
      return spanOf(node.body);
    case "backreference":
    case "call":
      return { min: 0, max: Number.POSITIVE_INFINITY };
    default:
      return { min: 0, max: 0 };
  }
}

function either(spans: readonly Span[]): Span {
  return { min: Math.min(...spans.map(({ min }) => min)), max: Math.max(...spans.map(({ max }) => max)) };
}

function repeated(span: Span, min: number, max: number): Span {
  return { min: span.min * min, max: span.max === 0 ? 0 : span.max * max };
}

export function children(node: Node): readonly Node[] {
  switch (node.type) {
    case "sequence":
      return node.items;
    case "alternation":
      return node.branches;
    case "conditional":
      return node.condition.type === "matched" ? [node.yes, node.no] : [node.condition, node.yes, node.no];
    case "repeat":
    case "capture":
    case "atomic":
    case "lookahead":
    case "lookbehind":
      return [node.body];
    default:
      return [];
  }
}
