import { printable } from "./wire.ts";

const widest = 100;

/** Where an offset stands in a text (from 1), and its line with a caret below. Long lines are cut around the caret. */
export function caret(
  text: string,
  offset: number,
  length: number,
): { line: number; column: number; picture: string } {
  const at = Math.min(offset, text.length);
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const newline = text.indexOf("\n", at);
  const source = text.slice(start, newline < 0 ? undefined : newline);
  const column = at - start;
  const from = column < widest - 20 ? 0 : column - widest / 2;
  const shown = printable(source.slice(from, from + widest).replaceAll("\t", " "));
  const lead = printable(source.slice(from, column).replaceAll("\t", " "));
  const marks = "^".repeat(Math.max(1, Math.min(length, shown.length - lead.length)));
  return {
    line: text.slice(0, start).split("\n").length,
    column: column + 1,
    picture: `  ${from > 0 ? "…" : ""}${shown}\n  ${from > 0 ? " " : ""}${" ".repeat(Bun.stringWidth(lead))}${marks}`,
  };
}
