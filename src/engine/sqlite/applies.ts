import { formatDiagnostic } from "../../dsl/definition.ts";
import type { AppliedWorkflow, DefinitionSource } from "../engine.ts";
import type { Revision } from "../request/revision.ts";
import { readAll } from "../request/sources.ts";
import type { Parts } from "./parts.ts";
import { stopping } from "./views.ts";

/** Stores definitions, all or nothing. Rejects as `Engine.apply` does. */
export async function applySources(
  { catalog, committer, options, watchers }: Parts,
  sources: readonly DefinitionSource[],
  dryRun: boolean,
): Promise<AppliedWorkflow[]> {
  const { version, read } = options;
  const { revisions, warnings } = await readAll(sources, {
    ...(version !== undefined && { version }),
    ...(read && { read }),
  });
  if (watchers.closed) throw stopping();
  const answer = (put: (revision: Revision) => AppliedWorkflow["action"]) =>
    revisions.map((revision) => {
      const { definition } = revision;
      const { namespace, name, version } = definition.document.document;
      const told = warnings.get(definition) ?? [];
      return { namespace, name, version, action: put(revision), warnings: told.map(formatDiagnostic) };
    });
  if (dryRun) return answer(({ definition }) => catalog.wouldPut(definition));
  const at = options.clock.now();
  return committer.perform(() => answer((revision) => catalog.put(revision, at)));
}
