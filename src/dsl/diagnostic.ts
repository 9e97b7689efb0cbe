/** One thing that is wrong (or doubtful) in a definition, with its place: lines and characters, from 1. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Sentence case, no period: what is wrong, with the value quoted. */
  readonly message: string;
  /** What to do, e.g. `Did you mean "method"?`. */
  readonly hint?: string;
  /** The source line, for the caret; of a very long line only the part around the place. */
  readonly source: string;
  /** The column at which `source` begins, when it is only a part of its line; 1 otherwise. */
  readonly sourceColumn?: number;
  /** How many characters the caret underlines, at least 1. */
  readonly length: number;
}
