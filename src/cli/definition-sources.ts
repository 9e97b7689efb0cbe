import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import { readBytes } from "./text-source.ts";

/** One file as it stands on disk. */
export interface SourceBytes {
  /** The path as given, or `-`. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** The bounds of one command line; a definition's own is the server's too. */
const maxDefinitionBytes = 4 * 2 ** 20;
const maxFiles = 10_000;
const maxDepth = 32;

const definitionFile = /\.(?:ya?ml|json)$/i;

/**
 * Reads what `-f` names: files, directories (recursively, `*.yaml`, `*.yml` and `*.json`, sorted; dot files and
 * `node_modules` are left out), and `-` for stdin. Rejects `invalid_argument`.
 */
export async function readSources(paths: readonly string[]): Promise<SourceBytes[]> {
  if (paths.filter((path) => path === "-").length > 1) {
    throw new Failure("invalid_argument", "Standard input can be read only once", { hint: "Give - once" });
  }
  const files = new Set<string>();
  for (const path of paths) for (const file of expand(path)) files.add(file);
  const sources: SourceBytes[] = [];
  for (const file of files) {
    sources.push({ file, bytes: await readBytes(file, maxDefinitionBytes, "a definition file") });
  }
  return sources;
}

/** Reads one definition file, or stdin. */
export async function readSource(path: string): Promise<SourceBytes> {
  return { file: path, bytes: await readBytes(path, maxDefinitionBytes, "a definition file") };
}

function expand(path: string): string[] {
  if (path === "-" || !isDirectory(path)) return [path];
  const found = list(path, 0);
  if (found.length > 0) return found;
  throw new Failure("invalid_argument", `No .yaml, .yml or .json file in "${path}"`, {
    reason: "no-definitions",
    hint: "Name a file, or another directory",
  });
}

/** What cannot be looked at is told when it is read. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function list(directory: string, depth: number): string[] {
  const found: string[] = [];
  for (const entry of entriesOf(directory)) {
    const path = join(directory, entry.name);
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    if (entry.isDirectory()) {
      if (depth < maxDepth) found.push(...list(path, depth + 1));
    } else if (definitionFile.test(entry.name) && isFile(entry, path)) found.push(path);
    if (found.length > maxFiles) {
      throw new Failure("invalid_argument", `More than ${maxFiles} definition files in "${directory}"`, {
        hint: "Name a directory further down",
      });
    }
  }
  return found;
}

/** Pipes, sockets and links to directories are no definitions, whatever their names; links to nowhere are told as such. */
function isFile(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  const target = statSync(path, { throwIfNoEntry: false });
  return target === undefined || target.isFile();
}

function entriesOf(directory: string): Dirent[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure("invalid_argument", `Cannot read the directory "${directory}": ${code}`, {
      hint: `Make it readable: chmod u+rx '${directory}'`,
      cause: error,
    });
  }
}

/** The texts of sources; what is not UTF-8 is told as any other mistake in a definition. Rejects `invalid_argument`. */
export async function decodeSources(
  sources: readonly SourceBytes[],
): Promise<{ file: string; text: string }[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decoded: { file: string; text: string }[] = [];
  for (const { file, bytes } of sources) {
    try {
      decoded.push({ file, text: decoder.decode(bytes) });
    } catch {
      const { parseDefinitions } = await import("../dsl/definition.ts");
      const details = parseDefinitions(file, bytes).diagnostics;
      throw new Failure("invalid_argument", `"${file}" is not valid UTF-8`, { reason: "not-utf-8", details });
    }
  }
  return decoded;
}
