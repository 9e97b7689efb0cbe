import { type Definition, formatDiagnostic } from "../../dsl/definition.ts";
import type { AppliedWorkflow, DefinitionSource } from "../engine.ts";
import { readAll } from "../request/sources.ts";
import type { Parts } from "./parts.ts";

/** Stores definitions, all or nothing. Rejects as `Engine.apply` does. */
export async function applySources(
  { catalog, committer, options }: Parts,
  sources: readonly DefinitionSource[],
  dryRun: boolean,
): Promise<AppliedWorkflow[]> {
  const { definitions, warnings } = readAll(sources);
  const answer = (put: (definition: Definition) => AppliedWorkflow["action"]) =>
    definitions.map((definition) => {
      const { namespace, name, version } = definition.document.document;
      const told = warnings.get(definition) ?? [];
      return { namespace, name, version, action: put(definition), warnings: told.map(formatDiagnostic) };
    });
  if (dryRun) return answer((definition) => catalog.wouldPut(definition));
  const at = options.clock.now();
  return committer.perform(() => answer((definition) => catalog.put(definition, at)));
}
