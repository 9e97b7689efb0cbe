/** A stretch of a slot's text: literal text, or the inside of one `${ … }`. */
export interface SlotPart {
  readonly kind: "text" | "expression";
  readonly text: string;
  /** UTF-16 offset of `text` in the slot's own text. */
  readonly offset: number;
}

/** A `${` without its `}`. */
export interface UnclosedExpression {
  readonly unclosedAt: number;
}

/** Splits a text at its `${ … }`; each `}` is found by lexing jq, so braces, strings and comments may hold others. */
export function splitSlotText(text: string): SlotPart[] | UnclosedExpression {
  const parts: SlotPart[] = [];
  let literalFrom = 0;
  for (;;) {
    const open = text.indexOf("${", literalFrom);
    if (open < 0) break;
    const close = endOfExpression(text, open + 2);
    if (close < 0) return { unclosedAt: open };
    if (open > literalFrom)
      parts.push({ kind: "text", text: text.slice(literalFrom, open), offset: literalFrom });
    parts.push({ kind: "expression", text: text.slice(open + 2, close), offset: open + 2 });
    literalFrom = close + 1;
  }
  if (literalFrom < text.length)
    parts.push({ kind: "text", text: text.slice(literalFrom), offset: literalFrom });
  return parts;
}

/** The expression of a text that is one `${ … }` and nothing else but white space around it. */
export function wholeExpression(text: string): SlotPart | undefined {
  const open = text.search(/\S/);
  if (open < 0 || !text.startsWith("${", open)) return undefined;
  const close = endOfExpression(text, open + 2);
  if (close < 0 || text.slice(close + 1).trim() !== "") return undefined;
  return { kind: "expression", text: text.slice(open + 2, close), offset: open + 2 };
}

/**
 * The offset of the `}` that closes an expression beginning at `from`, or -1. Open brackets are kept on a stack:
 * `{`, `[`, `(`, `"` for a string, and `\` for the `\(` of an interpolation.
 */
function endOfExpression(text: string, from: number): number {
  const open: string[] = [];
  for (let at = from; at < text.length; at++) {
    const char = text[at]!;
    const inside = open.at(-1);
    if (inside === '"') {
      if (char === '"') open.pop();
      else if (char === "\\") {
        if (text[at + 1] === "(") open.push("\\");
        at++;
      }
    } else if (char === "#") at = endOfComment(text, at);
    else if (char === "}" && inside === undefined) return at;
    else if (char === '"' || char === "{" || char === "[" || char === "(") open.push(char);
    else if (char === "}" || char === "]" || char === ")") {
      if (inside === undefined) continue;
      if (closes(char, inside)) open.pop();
      else if (char === "}" && !open.includes("{")) return at;
    }
  }
  return -1;
}

function closes(char: string, open: string): boolean {
  if (char === ")") return open === "(" || open === "\\";
  return char === "}" ? open === "{" : open === "[";
}

/** The last offset of a comment: jq continues one whose line ends in an odd number of backslashes. */
function endOfComment(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] !== "\n") continue;
    let backslashes = 0;
    const lineEnd = text[at - 1] === "\r" ? at - 1 : at;
    while (text[lineEnd - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}
