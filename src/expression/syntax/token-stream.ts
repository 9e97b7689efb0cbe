import { ExpressionError } from "../expression.ts";
import { Lexer, type Token } from "./lexer.ts";

/** The parser's view of the text: one token ahead, the last one taken, and errors in jq's wording. */
export class TokenStream {
  token: Token;
  /** End of the last token taken. */
  end = 0;
  private last: Token;
  private readonly open: string[] = [];
  private readonly lexer: Lexer;

  constructor(readonly text: string) {
    this.lexer = new Lexer(text);
    this.token = this.lexer.next();
    this.last = { kind: "end", text: "", offset: 0, length: Math.min(1, text.length) };
  }

  take(): Token {
    const token = this.token;
    this.last = token;
    this.end = token.offset + token.length;
    if (token.kind === "symbol") this.countBrackets(token.text);
    this.token = this.lexer.next();
    return token;
  }

  is(text: string): boolean {
    return this.token.text === text && (this.token.kind === "symbol" || this.token.kind === "keyword");
  }

  get atEnd(): boolean {
    return this.token.kind === "end";
  }

  takeIf(text: string): boolean {
    if (!this.is(text)) return false;
    this.take();
    return true;
  }

  /** Takes `text` or fails; `also` lists what jq would have accepted there as well. */
  expect(text: string, ...also: string[]): Token {
    if (this.is(text)) return this.take();
    const names = [text, ...also]
      .map(describeText)
      .sort((a, b) => Number(a[0] === "'") - Number(b[0] === "'"));
    if (also.length > 0) names.sort((a, b) => rank(a, text) - rank(b, text));
    throw this.unexpected(names);
  }

  /**
   * Stands at an opening quote (or behind the `)` of an interpolation): reads up to the next `\(` or the end.
   * The look-ahead is refreshed only when the string is closed; inside an interpolation the parser goes on.
   */
  stringPiece(): { text: string; closed: boolean } {
    this.lexer.position = this.token.offset + this.token.length;
    const piece = this.lexer.stringPiece();
    this.end = this.lexer.position;
    this.last = { kind: "quote", text: "", offset: this.end - 1, length: 1 };
    this.token = this.lexer.next();
    return piece;
  }

  unexpected(expecting: readonly string[] = []): ExpressionError {
    const { token } = this;
    const list = expecting.length > 0 ? `, expecting ${expecting.join(" or ")}` : "";
    const place = token.kind === "end" ? this.last : token;
    return new ExpressionError(`syntax error, unexpected ${this.describe(token)}${list}`, {
      kind: "syntax",
      offset: place.offset,
      length: Math.max(place.length, 1),
    });
  }

  private describe(token: Token): string {
    if (token.kind !== "symbol" && token.kind !== "keyword") return TOKEN_NAMES[token.kind];
    if (")]}".includes(token.text) && this.open.at(-1) !== OPENING[token.text]) return TOKEN_NAMES.invalid;
    return describeText(token.text);
  }

  private countBrackets(text: string): void {
    if (text === "(" || text === "[" || text === "{") this.open.push(text);
    else if (text in OPENING) this.open.pop();
  }
}

const OPENING: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

const TOKEN_NAMES = {
  field: "FIELD",
  number: "LITERAL",
  variable: "BINDING",
  format: "FORMAT",
  name: "IDENT",
  quote: "QQSTRING_START",
  invalid: "INVALID_CHARACTER",
  end: "end of file",
} as const;

function describeText(text: string): string {
  return text.length === 1 ? `'${text}'` : text;
}

/** jq lists words first, then `|` and `,`, then the closing token. */
function rank(name: string, closing: string): number {
  if (name[0] !== "'") return 0;
  return name === describeText(closing) ? 2 : 1;
}
