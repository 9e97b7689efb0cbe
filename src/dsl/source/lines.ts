export interface LinePosition {
  readonly line: number;
  readonly column: number;
}

/** Offsets of a text ↔ lines and columns (from 1, a column is a character). */
export class Lines {
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
  }

  position(offset: number): LinePosition {
    const line = this.#lineIndex(offset);
    return { line: line + 1, column: characters(this.#text, this.#starts[line]!, offset) + 1 };
  }

  offset({ line, column }: LinePosition): number {
    let offset = this.#starts[line - 1] ?? this.#text.length;
    for (let at = 1; at < column; at++) offset += this.#text.codePointAt(offset)! > 0xffff ? 2 : 1;
    return offset;
  }

  /** The text of a line (from 1), without its line break. */
  line(line: number): string {
    const start = this.#starts[line - 1] ?? this.#text.length;
    const end = (this.#starts[line] ?? this.#text.length + 1) - 1;
    return this.#text.slice(start, end).replace(/\r$/, "");
  }

  /** The offset of the end of the line that `offset` stands in, before its line break. */
  lineEnd(offset: number): number {
    const line = this.#lineIndex(offset);
    return this.#starts[line]! + this.line(line + 1).length;
  }

  #lineIndex(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** How many characters (not UTF-16 units) stand between two offsets. */
export function characters(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end && at < text.length; count++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return count;
}
