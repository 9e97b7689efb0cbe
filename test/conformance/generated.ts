import { resolve } from "node:path";
import { root } from "./spec.ts";

/** docs/conformance.md, of which parts are generated: they stand between `<!-- NAME -->` and `<!-- /NAME -->`. */
export const documentPath = resolve(root, "docs/conformance.md");

export async function readPart(name: string): Promise<string> {
  const text = await Bun.file(documentPath).text();
  const [start, end] = borders(text, name);
  return text.slice(start, end).trim();
}

export async function writePart(name: string, content: string): Promise<void> {
  const text = await Bun.file(documentPath).text();
  const [start, end] = borders(text, name);
  await Bun.write(documentPath, `${text.slice(0, start)}\n${content}\n${text.slice(end)}`);
}

function borders(text: string, name: string): [number, number] {
  const opening = `<!-- ${name} -->\n`;
  const start = text.indexOf(opening);
  const end = text.indexOf(`<!-- /${name} -->`);
  if (start < 0 || end < start) throw new Error(`docs/conformance.md has no part "${name}"`);
  return [start + opening.length, end];
}
