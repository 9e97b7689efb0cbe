import type { Json } from "../../../expression/json.ts";
import type { Place } from "../place.ts";

/** What is being read has something that is left to the library: to be read, or to be told as an error. */
export class NotSimple extends Error {}

export interface Node {
  readonly value: Json;
  readonly start: number;
  readonly end: number;
  readonly children?: ReadonlyMap<string, Place>;
}

export interface Key {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** A place in a text, line by line. */
export class Cursor {
  readonly text: string;
  at = 0;
  lineStart = 0;
  /** Of the line that `at` stands in: where its break is, or the text ends. */
  lineEnd: number;
  /** About what the library's lexer counts. */
  tokens = 0;

  constructor(text: string) {
    this.text = text;
    this.lineEnd = endOfLine(text, 0);
  }

  get column(): number {
    return this.at - this.lineStart;
  }

  get ended(): boolean {
    return this.at >= this.text.length;
  }

  code(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead);
  }

  skipSpaces(): void {
    if (this.code() !== space) return;
    this.tokens++;
    while (this.code() === space) this.at++;
  }

  nextLine(): void {
    this.tokens++;
    this.lineStart = this.at = Math.min(this.lineEnd + 1, this.text.length);
    this.lineEnd = endOfLine(this.text, this.at);
  }

  /** Past blanks; whether nothing else stands on this line but perhaps a comment. */
  restIsEmpty(): boolean {
    const from = this.at;
    this.skipSpaces();
    if (this.at === this.lineEnd) return true;
    if (this.code() !== hash) return false;
    if (this.at === from && this.at > this.lineStart) throw new NotSimple();
    this.tokens++;
    return true;
  }

  /** From the end of a value to the next content on a line below; false at the end of the text. */
  toContent(): boolean {
    while (this.restIsEmpty()) {
      if (this.lineEnd >= this.text.length) {
        this.at = this.lineEnd;
        return false;
      }
      this.nextLine();
    }
    return true;
  }
}

export const [space, hash, quote, apostrophe, comma, dash, dot, colon, question] = [
  ...[0x20, 0x23, 0x22, 0x27, 0x2c, 0x2d, 0x2e, 0x3a, 0x3f],
] as [number, number, number, number, number, number, number, number, number];
export const [openList, closeList, bar, openMap, closeMap] = [0x5b, 0x5d, 0x7c, 0x7b, 0x7d] as const;

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

/** Sets an own property whatever its name is: `__proto__` is a key like any other. */
export function define(object: Record<string, Json>, name: string, value: Json): void {
  if (name === "__proto__") {
    Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
  } else {
    object[name] = value;
  }
}
