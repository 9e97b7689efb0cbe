import { resolve } from "node:path";
import { Glob } from "bun";

export interface SourceFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

/** Every TypeScript file that is written by hand. */
export async function sources(root: string): Promise<SourceFile[]> {
  const found: SourceFile[] = [];
  for await (const path of new Glob("{src,test,scripts}/**/*.ts").scan(root)) {
    if (path.startsWith("src/gen/")) continue;
    const text = await Bun.file(resolve(root, path)).text();
    found.push({ path, text, lines: text.replace(/\n$/, "").split("\n") });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

export interface Document {
  readonly path: string;
  readonly text: string;
  /** Relative links to files, without fragments. */
  readonly links: readonly string[];
}

export async function documents(root: string): Promise<Document[]> {
  const found: Document[] = [];
  for await (const path of new Glob("{*.md,docs/**/*.md,examples/**/*.md}").scan(root)) {
    const text = await Bun.file(resolve(root, path)).text();
    const links = [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
      .map((match) => match[1] as string)
      .filter((link) => !/^[a-z]+:/.test(link));
    found.push({ path, text, links });
  }
  return found;
}

/** The relative imports of a file, static and dynamic, as paths from the root of the repository. */
export function importsOf(file: SourceFile): string[] {
  const folder = file.path.slice(0, file.path.lastIndexOf("/"));
  const specifiers = [
    ...file.text.matchAll(/(?:\bfrom\s+|\bimport\(\s*|\bimport\s+|new URL\(\s*)"(\.{1,2}\/[^"]+)"/g),
  ].map((match) => match[1] as string);
  return specifiers.map((specifier) => resolve("/", folder, specifier).slice(1));
}
