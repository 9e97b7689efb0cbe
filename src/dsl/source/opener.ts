import { type Document, isMap, isScalar, isSeq, type ParsedNode, visit, type YAMLError } from "yaml";

/** Where the quote or bracket stands whose end the parser misses; it points at the place where it gave up. */
export function openerOf(error: YAMLError, document: Document.Parsed): number | undefined {
  const closer = /(?:end with a |Missing closing )(["'\]}])/.exec(error.message)?.[1];
  if (closer === undefined) return undefined;
  let opener: number | undefined;
  visit(document as unknown as Document, (_, node) => {
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return;
    const [start, end] = (node as ParsedNode).range;
    // Of several that end here the innermost is missed first, and it is visited last.
    if (end === error.pos[0] && closes(closer, node)) opener = start;
  });
  return opener;
}

function closes(closer: string, node: unknown): boolean {
  if (isScalar(node)) return node.type === (closer === '"' ? "QUOTE_DOUBLE" : "QUOTE_SINGLE");
  return closer === "]"
    ? isSeq(node) && node.flow === true
    : closer === "}" && isMap(node) && node.flow === true;
}
