import { Composer, type Document, Lexer, Parser } from "yaml";
import type { Span } from "./place.ts";

/** Bounds of one file, checked while it is read and before anything is built from it. */
const maxDepth = 200;
export const maxTokens = 500_000;
const maxDocuments = 256;

export type Stream =
  | { readonly documents: Document.Parsed[]; readonly refusal?: undefined }
  | { readonly refusal: Span & { readonly message: string; readonly hint?: string } };

/**
 * Text → YAML documents. The lexer and the parser are loops, the composer recurses over what they built: so depth is
 * looked at between the two, token by token, and 10,000 levels never reach the composer.
 */
export function readStream(text: string): Stream {
  const parser = new Parser();
  const composer = new Composer(options);
  const documents: Document.Parsed[] = [];
  let tokens = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
    const at = { start: parser.offset, end: parser.offset };
    if (parser.stack.length > maxDepth + 2) {
      return { refusal: { ...at, message: `Nested too deeply: a definition may have ${maxDepth} levels` } };
    }
    if (++tokens > maxTokens) {
      return { refusal: { ...at, message: `Too many values: a file may have ${maxTokens} tokens` } };
    }
    if (documents.length > maxDocuments) {
      return { refusal: { ...at, message: `Too many documents: a file may have ${maxDocuments}` } };
    }
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end());
  return { documents };
}

/** YAML 1.2 core whatever a `%YAML` directive says. Duplicate keys are looked for by us: yaml's way is quadratic. */
const options = {
  version: "1.2",
  schema: "core",
  merge: false,
  resolveKnownTags: false,
  uniqueKeys: false,
  prettyErrors: false,
  strict: true,
} as const;
