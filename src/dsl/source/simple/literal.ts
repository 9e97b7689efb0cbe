import { bar, type Cursor, dash, type Node, NotSimple, space } from "./cursor.ts";

/** `|` or `|-`, with text below that is deeper than `parent`; the cursor then stands on the first line after it. */
export function readLiteral(cursor: Cursor, parent: number): Node {
  const start = cursor.at;
  cursor.at++;
  const strips = cursor.code() === dash;
  if (strips) cursor.at++;
  if (cursor.code() === bar || cursor.at !== cursor.lineEnd) throw new NotSimple();
  cursor.tokens += 3;
  cursor.nextLine();
  const indent = indentOf(cursor);
  if (indent <= parent || cursor.lineStart + indent === cursor.lineEnd) throw new NotSimple();
  const lines: string[] = [];
  let end = start;
  let blanks = 0;
  while (cursor.lineStart < cursor.text.length) {
    const deep = indentOf(cursor);
    const isBlank = cursor.lineStart + deep === cursor.lineEnd;
    if (isBlank && deep > indent) throw new NotSimple();
    if (!isBlank && deep < indent) {
      if (deep > parent) throw new NotSimple();
      break;
    }
    if (isBlank) blanks++;
    else {
      for (; blanks > 0; blanks--) lines.push("");
      lines.push(cursor.text.slice(cursor.lineStart + indent, cursor.lineEnd));
      end = cursor.lineEnd + 1;
    }
    if (cursor.lineEnd === cursor.text.length) {
      // Without a line break at the end of the text the library counts otherwise.
      if (cursor.at < cursor.lineEnd) throw new NotSimple();
      break;
    }
    cursor.nextLine();
    cursor.tokens--;
  }
  return { value: lines.join("\n") + (strips ? "" : "\n"), start, end };
}

function indentOf({ text, lineStart, lineEnd }: Cursor): number {
  let at = lineStart;
  while (at < lineEnd && text.charCodeAt(at) === space) at++;
  return at - lineStart;
}
