import type { Diagnostic } from "./diagnostic.ts";
import type { Positions } from "./source/positions.ts";
import type { WorkflowDocument } from "./types.ts";

export { formatDiagnostic } from "./format.ts";
export { type ParseOptions, parseDefinitions } from "./parse.ts";
export { unsupported } from "./unsupported.ts";

/** A valid definition with its text and the positions of everything in it. */
export interface Definition {
  readonly document: WorkflowDocument;
  /** SHA-256 over the canonical JSON of the document, hex: two spellings of one document are one revision. */
  readonly revision: string;
  readonly file: string;
  /**
   * This document's own text, after as many empty lines as there are before it in the file: so lines are those of the
   * file also when the text is parsed again without its neighbours.
   */
  readonly text: string;
  /** Line and column (from 1, in characters) of what a JSON pointer names, or of its nearest ancestor. */
  /** What `position` looks up: numbers, which can be handed to another thread. */
  readonly positions: Positions;
  position(pointer: string): { readonly line: number; readonly column: number };
}

export interface ParseResult {
  readonly definitions: readonly Definition[];
  /** Errors and warnings, in order of place. With an error, `definitions` is empty. */
  readonly diagnostics: readonly Diagnostic[];
}
