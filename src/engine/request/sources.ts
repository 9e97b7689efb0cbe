import type { Definition } from "../../dsl/definition.ts";
import type { Diagnostic } from "../../dsl/diagnostic.ts";
import { Failure } from "../../failure.ts";
import type { DefinitionSource } from "../engine.ts";
import { type Reader, readHere } from "./reader.ts";
import { invalidDefinitions, Revision, requireValid } from "./revision.ts";

/** What an apply is given. */
export interface ReadSources {
  readonly definitions: readonly Definition[];
  /** The same, in the same order, compiled where they can be run. */
  readonly revisions: readonly Revision[];
  readonly warnings: ReadonlyMap<Definition, readonly Diagnostic[]>;
}

/** All definitions of all sources; with one error in one of them, all errors of all. Throws `invalid_argument`. */
export async function readAll(
  sources: readonly DefinitionSource[],
  options: { readonly version?: string; readonly read?: Reader } = {},
): Promise<ReadSources> {
  const { read = readHere, ...about } = options;
  const revisions: Revision[] = [];
  const warnings = new Map<Definition, Diagnostic[]>();
  const wrong: Diagnostic[] = [];
  for (const source of sources) {
    try {
      const { definitions, diagnostics } = requireValid(await read(source, { stored: false }));
      for (const [index, each] of definitions.entries()) {
        const told = index === 0 ? diagnostics : [];
        const revision = new Revision(each, about);
        warnings.set(each.definition, [...told, ...check(revision)]);
        revisions.push(revision);
      }
    } catch (error) {
      const details = error instanceof Failure ? error.details : undefined;
      if (!Array.isArray(details)) throw error;
      wrong.push(...(details as Diagnostic[]));
    }
  }
  if (wrong.length > 0) throw invalidDefinitions(wrong);
  const definitions = revisions.map(({ definition }) => definition);
  checkNames(definitions);
  return { definitions, revisions, warnings };
}

/** What cannot be run yet may be stored, with a warning; what cannot be compiled may not. */
function check(revision: Revision): Diagnostic[] {
  if (revision.unsupported.length === 0) revision.check();
  return revision.unsupported.map((diagnostic) => ({ ...diagnostic, severity: "warning" }));
}

function checkNames(definitions: readonly Definition[]): void {
  const seen = new Map<string, Definition>();
  for (const definition of definitions) {
    const { namespace, name, version } = definition.document.document;
    const key = JSON.stringify([namespace, name, version]);
    const other = seen.get(key);
    if (other && other.revision !== definition.revision) {
      throw new Failure(
        "invalid_argument",
        `"${other.file}" and "${definition.file}" both define "${namespace}/${name}" in version "${version}"`,
        { reason: "definition-twice", hint: "Give one of them another name or version" },
      );
    }
    seen.set(key, definition);
  }
}
