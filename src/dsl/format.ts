import type { Diagnostic } from "./diagnostic.ts";

/** The text of a diagnostic for people: `file:line:col: error: message`, the source line, a caret, the hint. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, severity, message, source, hint } = diagnostic;
  const lines = [`${file}:${line}:${column}: ${severity}: ${message}`];
  const before = [...source].slice(0, column - (diagnostic.sourceColumn ?? 1));
  const gutter = `${line} | `;
  if (source.trim() !== "") lines.push(`  ${gutter}${source}`);
  if (source.trim() !== "") {
    const marked = [...source].slice(before.length, before.length + diagnostic.length);
    const width = Math.max(1, displayWidth(marked.join("")));
    lines.push(`  ${" ".repeat(gutter.length)}${padding(before)}${"^".repeat(width)}`);
  }
  if (hint !== undefined) lines.push(`  hint: ${hint}`);
  return lines.join("\n");
}

/** As wide as what stands before the caret, however wide the terminal makes a tab. */
function padding(characters: readonly string[]): string {
  return characters.map((each) => (each === "\t" ? "\t" : " ".repeat(displayWidth(each)))).join("");
}

function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += combining.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

const combining = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
/** East Asian wide and emoji: what terminals give two cells. */
const wide = new RegExp(
  [
    String.raw`^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97f`,
    String.raw`\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]$`,
  ].join(""),
  "u",
);
