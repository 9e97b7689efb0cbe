import type { Execution } from "../gen/pawl/v1/execution_pb.ts";
import type { Workflow } from "../gen/pawl/v1/workflow_pb.ts";
import { executionColumns } from "./execution-view.ts";
import { nextCommand } from "./next-command.ts";
import type { Style } from "./style.ts";
import { age, formatTable } from "./table.ts";
import { printable, toMs, toTime } from "./wire.ts";
import { formatRef } from "./workflow-ref.ts";

/** A workflow for people: what it is, its definition, and how it went lately. */
export function workflowStory(
  workflow: Workflow,
  executions: readonly Execution[],
  {
    nowMs,
    style,
    home,
  }: { readonly nowMs: number; readonly style: Style; readonly home?: string | undefined },
): string[] {
  const facts: [string, string][] = [
    ["Workflow", formatRef(workflow)],
    ["Revision", workflow.revision],
    ["Title", workflow.title || "-"],
    ["Summary", workflow.summary || "-"],
    ["File", workflow.file || "-"],
    ["Created", toTime(workflow.createdAt) ?? "-"],
    [
      "Updated",
      `${toTime(workflow.updatedAt) ?? "-"} (${age(workflow.updatedAt && toMs(workflow.updatedAt), nowMs)})`,
    ],
  ];
  const rows = formatTable(executionColumns(nowMs, style), executions, { wide: false });
  return [
    ...facts.map(([title, value]) => `${style.bold(title.padEnd(10))} ${printable(value)}`),
    "",
    style.bold("Definition"),
    ...workflow.text
      .trimEnd()
      .split("\n")
      .map((line) => `  ${printable(line)}`),
    "",
    style.bold("Latest executions"),
    ...(executions.length === 0 ? ["  None yet"] : rows.map((line) => `  ${line}`)),
    "",
    style.bold("Next"),
    `  ${nextCommand({ home }, `run ${formatRef(workflow)}`)}`,
  ];
}
