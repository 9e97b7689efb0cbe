import type { Diagnostic } from "./diagnostic.ts";
import type { WorkflowDocument } from "./types.ts";

/** A valid definition with its text and the positions of everything in it. */
export interface Definition {
  readonly document: WorkflowDocument;
  /** SHA-256 over the canonical JSON of the document, hex: two spellings of one document are one revision. */
  readonly revision: string;
  readonly file: string;
  /** This document's own text. */
  readonly text: string;
  /** Line and column (from 1) of what a JSON pointer names; the nearest ancestor when it is not there. */
  position(pointer: string): { readonly line: number; readonly column: number };
}

export interface ParseResult {
  readonly definitions: readonly Definition[];
  /** Errors and warnings, in order of place. With an error, `definitions` is empty. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses and validates one file: YAML or JSON, one or several documents. Never throws: not YAML, too large, too deep,
 * exploding aliases, invalid UTF-8, unknown keys, `then` to nowhere… are diagnostics. Bounds: 4 MiB of text, 200 levels, 100 aliases.
 */
export declare function parseDefinitions(file: string, text: string | Uint8Array): ParseResult;

/** What of a valid definition this version cannot run yet, with places; empty when it can be run. */
export declare function unsupported(definition: Definition): Diagnostic[];

/** The text of a diagnostic for people: `file:line:col: error: message`, the source line, a caret, the hint. */
export declare function formatDiagnostic(diagnostic: Diagnostic): string;
