import type { Node } from "./ast.ts";
import { regexError } from "./regex-error.ts";

/** What flags and `(?imsx)` switch; it changes while a pattern is read. */
export interface PatternOptions {
  readonly ignoreCase: boolean;
  /** White space and comments are skipped. */
  readonly extended: boolean;
  /** `.` matches a newline too. */
  readonly dotAll: boolean;
  /** `^` and `$` stand for the ends of the text only. */
  readonly singleLine: boolean;
}

/** Reads a pattern codepoint by codepoint, and keeps what is known of its groups. */
export class PatternReader {
  readonly codes: readonly number[];
  at = 0;
  options: PatternOptions;
  /** By group number; null is a group without name, as is group 0, the whole match. */
  readonly groupNames: (string | null)[] = [null];
  /** Checks that can only be made when all groups are known. */
  readonly checks: (() => void)[] = [];
  /** How deep groups nest here. */
  depth = 0;
  /** Reads the branches between parentheses; given by the parser, which needs the reading of groups in turn. */
  readonly branches: (reader: PatternReader) => Node[];

  constructor(pattern: string, options: PatternOptions, branches: (reader: PatternReader) => Node[]) {
    this.codes = Array.from(pattern, (char) => char.codePointAt(0)!);
    this.options = options;
    this.branches = branches;
  }

  get atEnd(): boolean {
    return this.at >= this.codes.length;
  }

  /** The next character as text, or empty at the end. */
  peek(ahead = 0): string {
    const code = this.codes[this.at + ahead];
    return code === undefined ? "" : String.fromCodePoint(code);
  }

  next(): string {
    const char = this.peek();
    this.at++;
    return char;
  }

  eat(text: string): boolean {
    for (let index = 0; index < text.length; index++) if (this.peek(index) !== text[index]) return false;
    this.at += text.length;
    return true;
  }

  /** Reads up to `most` digits of a base, as a number; undefined if there is none. */
  digits(base: 8 | 10 | 16, most: number): number | undefined {
    const start = this.at;
    let value = 0;
    while (this.at - start < most) {
      const digit = Number.parseInt(this.peek() || "z", base);
      if (Number.isNaN(digit)) break;
      value = value * base + digit;
      this.at++;
    }
    return this.at === start ? undefined : value;
  }

  /** The groups of a name, in order. */
  groupsNamed(name: string): number[] {
    return this.groupNames.flatMap((known, group) => (known === name && group > 0 ? [group] : []));
  }

  /** Skips comments, and white space where the options say so. */
  skipIgnored(): void {
    for (;;) {
      if (this.eat("(?#")) this.skipGroupComment();
      else if (this.options.extended && isPatternSpace(this.peek())) this.at++;
      else if (this.options.extended && this.peek() === "#") this.skipLine();
      else return;
    }
  }

  private skipGroupComment(): void {
    for (;;) {
      if (this.atEnd) throw regexError("end pattern in group");
      const char = this.next();
      if (char === "\\") this.at++;
      else if (char === ")") return;
    }
  }

  private skipLine(): void {
    while (!this.atEnd && this.next() !== "\n");
  }
}

function isPatternSpace(char: string): boolean {
  return char !== "" && /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/.test(char);
}
