import { Failure } from "../../failure.ts";
import type { WorkflowRef, WorkflowSelection } from "../engine.ts";
import { unknownWorkflow } from "./unknown.ts";
import { latestVersion } from "./version.ts";

/** Bytes of text in one export: with what JSON adds, it fits into one message. */
const exportedBytes = 48 << 20;

type Version = Required<WorkflowRef>;

/** Those of all versions that an export is about, in the order given. Throws `not_found`. */
export function selectVersions<T extends Version>(all: readonly T[], selection: WorkflowSelection): T[] {
  const { namespace, workflows } = selection;
  const inNamespace = all.filter((one) => namespace === undefined || one.namespace === namespace);
  if (workflows === undefined) return inNamespace;
  const wanted = new Set<string>();
  for (const ref of workflows) {
    const found = versionsOf(inNamespace, ref);
    if (found.length === 0) throw unknownWorkflow(ref);
    for (const one of found) wanted.add(keyOf(one));
  }
  return inNamespace.filter((one) => wanted.has(keyOf(one)));
}

/** Throws `resource_exhausted` when the texts are too long together. */
export function checkExportBytes(bytes: number): void {
  if (bytes <= exportedBytes) return;
  const most = `${exportedBytes >> 20} MiB`;
  throw new Failure("resource_exhausted", `The definitions have more than ${most} together`, {
    reason: "export-too-large",
    hint: "Export one namespace after the other: pawl export -n NAME",
  });
}

function versionsOf<T extends Version>(all: readonly T[], { namespace, name, version }: WorkflowRef): T[] {
  const versions = all.filter((one) => one.namespace === namespace && one.name === name);
  const latest = version === "latest" ? latestVersion(versions) : undefined;
  if (latest !== undefined) return [latest];
  return versions.filter((one) => version === undefined || one.version === version);
}

const keyOf = ({ namespace, name, version }: Version) => JSON.stringify([namespace, name, version]);
