import type { Workflow } from "../gen/pawl/v1/workflow_pb.ts";
import type { Kind } from "./listing.ts";
import { age, type Column } from "./table.ts";
import { toMs, toTime } from "./wire.ts";
import { formatRef } from "./workflow-ref.ts";

/** A workflow as `-o json` has it in a list. */
function workflowRecord(workflow: Workflow) {
  const { namespace, name, version, revision, title, summary, file } = workflow;
  return {
    namespace,
    name,
    version,
    revision,
    title: title || null,
    summary: summary || null,
    createdAt: toTime(workflow.createdAt),
    updatedAt: toTime(workflow.updatedAt),
    file: file || null,
  };
}

/** A workflow as `-o json` has it when it was asked for by name: with its text, and what the text says. */
export async function fullWorkflowRecord(workflow: Workflow) {
  const { parse } = await import("yaml");
  const definition: unknown = parse(workflow.text, { maxAliasCount: 100 });
  return { ...workflowRecord(workflow), definition, text: workflow.text };
}

export function workflowName(workflow: Workflow): string {
  return `workflow/${formatRef(workflow)}`;
}

export function workflowKind(nowMs: number): Kind<Workflow> {
  return {
    plural: "workflows",
    columns: workflowColumns(nowMs),
    record: workflowRecord,
    name: workflowName,
  };
}

function workflowColumns(nowMs: number): Column<Workflow>[] {
  return [
    { title: "NAMESPACE", cell: ({ namespace }) => namespace },
    { title: "NAME", cell: ({ name }) => name },
    { title: "VERSION", cell: ({ version }) => version },
    { title: "UPDATED", cell: ({ updatedAt }) => age(updatedAt && toMs(updatedAt), nowMs) },
    { title: "TITLE", cell: ({ title }) => title || "-" },
    { title: "CREATED", wide: true, cell: ({ createdAt }) => age(createdAt && toMs(createdAt), nowMs) },
    { title: "REVISION", wide: true, cell: ({ revision }) => revision.slice(0, 12) },
    { title: "FILE", wide: true, cell: ({ file }) => file || "-" },
  ];
}
