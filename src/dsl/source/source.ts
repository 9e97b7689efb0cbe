import type { Diagnostic } from "../diagnostic.ts";
import type { Finding } from "./finding.ts";
import { characters, type LinePosition, Lines } from "./lines.ts";

/** The longest source line that a diagnostic quotes as a whole, in characters; of a longer one it quotes as much. */
const maxQuote = 200;
const quoteBefore = 60;

/** One file: its name, its text, and where the lines of it begin. */
export class Source {
  readonly file: string;
  readonly text: string;
  readonly #lines: Lines;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.#lines = new Lines(text);
  }

  position(offset: number): LinePosition {
    return this.#lines.position(offset);
  }

  /** The text of a line (from 1), without its line break. */
  line(line: number): string {
    return this.#lines.line(line);
  }

  offset(position: LinePosition): number {
    return this.#lines.offset(position);
  }

  diagnostic(finding: Finding): Diagnostic {
    const { severity, message, hint } = finding;
    const start = Math.min(finding.start, this.text.length);
    const { line, column } = this.position(start);
    const end = Math.max(start, Math.min(finding.end, this.#lines.lineEnd(start)));
    const length = Math.max(1, Math.min(maxQuote, characters(this.text, start, end)));
    const place = { severity, file: this.file, line, column, message, length };
    return { ...place, ...(hint === undefined ? {} : { hint }), ...this.#quote(line, column) };
  }

  #quote(line: number, column: number): { source: string; sourceColumn?: number } {
    const source = this.#lines.line(line);
    if (source.length <= maxQuote) return { source };
    const from = Math.max(0, column - 1 - quoteBefore);
    const part = [...source.slice(0, 2 * (from + maxQuote))].slice(from, from + maxQuote).join("");
    return { source: part, sourceColumn: from + 1 };
  }
}
