import { importsOf, type SourceFile } from "./tree.ts";

/** What is run directly: the program, its workers, scripts, tests, and what scripts run by name. */
const entryPoints =
  /^(src\/main\.ts|src\/.*-worker\.ts|scripts\/.*\.ts|test\/.*\.test\.ts|test\/bench\/.*\.ts)$/;
const extraEntryPoints = new Set(["test/conformance/ctk.ts"]);

/** The program, its workers, and what the build bundles for Temporal's sandbox. */
const programs = /^src\/(main\.ts|.*-worker\.ts|engine\/temporal\/workflow\/workflow\.ts)$/;

/** Files that no entry point reaches; files of `src` must be reached from the program, not only from tests. */
export function findDeadFiles(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = (roots: readonly SourceFile[]) => {
    const seen = new Set<string>();
    const queue = [...roots];
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      if (seen.has(file.path)) continue;
      seen.add(file.path);
      queue.push(...importsOf(file).flatMap((path) => byPath.get(path) ?? []));
    }
    return seen;
  };
  const program = reached(files.filter(({ path }) => programs.test(path)));
  const everything = reached(
    files.filter(({ path, text }) => entryPoints.test(path) || extraEntryPoints.has(path) || isProgram(text)),
  );
  return files
    .map(({ path }) => path)
    .filter((path) => (path.startsWith("src/") ? !program.has(path) : !everything.has(path)));
}

/** A file that tests start as a process of its own says so in its first line. */
function isProgram(text: string): boolean {
  return text.startsWith("/** Program: ");
}
