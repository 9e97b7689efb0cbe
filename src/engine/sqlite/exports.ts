import type { WorkflowSelection, WorkflowView } from "../engine.ts";
import { checkExportBytes, selectVersions } from "../request/selection.ts";
import type { VersionRow } from "./catalog.ts";
import type { Parts } from "./parts.ts";

/** All in one turn, so that nothing changes meanwhile. Throws as `Engine.exportWorkflows` rejects. */
export function exportWorkflows({ catalog }: Parts, selection: WorkflowSelection): WorkflowView[] {
  const chosen = selectVersions(catalog.versions(), selection);
  checkExportBytes(chosen.reduce((sum, { bytes }) => sum + bytes, 0));
  const groups = Map.groupBy(chosen, ({ namespace, name }) => JSON.stringify([namespace, name]));
  return [...groups.values()].flatMap((group) => {
    const { namespace, name } = group[0] as VersionRow;
    const versions = new Set(group.map(({ version }) => version));
    const views = catalog.list({ namespace, name, allVersions: true }, Number.POSITIVE_INFINITY);
    return views.filter(({ version }) => versions.has(version));
  });
}
