import type { Execution, ExecutionStatus } from "../gen/pawl/v1/execution_pb.ts";
import { formatDuration } from "./duration.ts";
import type { Kind } from "./listing.ts";
import type { Style } from "./style.ts";
import { age, type Column } from "./table.ts";
import { toData, toMs, toTime } from "./wire.ts";
import { formatRef } from "./workflow-ref.ts";

/** The specification's words, by the API's numbers. */
export const statuses = [
  "unspecified",
  "pending",
  "running",
  "waiting",
  "suspended",
  "cancelled",
  "faulted",
  "completed",
] as const;
export type Status = (typeof statuses)[number];

export function statusOf(execution: { readonly status: ExecutionStatus }): Status {
  return statuses[execution.status] ?? "unspecified";
}

/** An execution as `-o json` has it (docs/cli.md): listed keys are always there. */
export function executionRecord(execution: Execution) {
  const { namespace = "", name = "", version = "" } = execution.workflow ?? {};
  return {
    id: execution.id,
    status: statusOf(execution),
    workflow: formatRef({ namespace, name, version }),
    namespace,
    name,
    version,
    revision: execution.revision,
    input: toData(execution.input),
    output: toData(execution.output),
    error: toData(execution.error),
    errorPosition: execution.errorPosition === "" ? null : execution.errorPosition,
    parent: execution.parent === "" ? null : execution.parent,
    pendingReason: execution.pendingReason === "" ? null : execution.pendingReason,
    damage: execution.damage === "" ? null : execution.damage,
    startedAt: toTime(execution.startedAt),
    endedAt: toTime(execution.endedAt),
  };
}

export function executionName(execution: { readonly id: string }): string {
  return `execution/${execution.id}`;
}

export function executionKind(nowMs: number, style: Style): Kind<Execution> {
  const columns = executionColumns(nowMs, style);
  return { plural: "executions", columns, record: executionRecord, name: executionName };
}

export function executionColumns(nowMs: number, style: Style): Column<Execution>[] {
  return [
    { title: "ID", cell: (execution) => execution.id },
    {
      title: "STATUS",
      cell: (execution) => statusOf(execution),
      style: (text, execution) => colorOf(statusOf(execution), style)(text),
    },
    {
      title: "WORKFLOW",
      cell: ({ workflow }) =>
        formatRef({
          namespace: workflow?.namespace ?? "",
          name: workflow?.name ?? "",
          version: workflow?.version ?? "",
        }),
    },
    { title: "STARTED", cell: ({ startedAt }) => age(startedAt && toMs(startedAt), nowMs) },
    { title: "DURATION", cell: (execution) => durationOf(execution, nowMs) },
    { title: "ENDED", wide: true, cell: ({ endedAt }) => age(endedAt && toMs(endedAt), nowMs) },
    { title: "REVISION", wide: true, cell: ({ revision }) => revision.slice(0, 12) },
    { title: "PARENT", wide: true, cell: ({ parent }) => parent || "-" },
    { title: "PENDING BECAUSE", optional: true, cell: ({ pendingReason }) => pendingReason },
    { title: "DAMAGE", optional: true, cell: ({ damage }) => damage },
  ];
}

export function colorOf(status: Status, style: Style): (text: string) => string {
  if (status === "completed") return style.green;
  if (status === "faulted") return style.red;
  if (status === "cancelled" || status === "suspended") return style.yellow;
  return style.cyan;
}

function durationOf({ startedAt, endedAt }: Execution, nowMs: number): string {
  if (startedAt === undefined) return "-";
  return formatDuration((endedAt === undefined ? nowMs : toMs(endedAt)) - toMs(startedAt));
}
