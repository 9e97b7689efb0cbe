import type { Execution } from "../../gen/pawl/v1/execution_pb.ts";
import type { Workflow } from "../../gen/pawl/v1/workflow_pb.ts";
import type { Command, Context } from "../command.ts";
import { ask } from "../connection.ts";
import {
  executionColumns,
  executionName,
  executionRecord,
  type Status,
  statuses,
} from "../execution-view.ts";
import { printRecord, printRecords } from "../record.ts";
import { readResource } from "../resource.ts";
import { sortRows } from "../sorting.ts";
import { stdoutStyle } from "../style.ts";
import { suggest } from "../suggest.ts";
import { type Column, formatTable } from "../table.ts";
import { usageError } from "../usage-error.ts";
import { parseRef } from "../workflow-ref.ts";
import { fullWorkflowRecord, workflowColumns, workflowName, workflowRecord } from "../workflow-view.ts";

export const get: Command = {
  usage: "workflows|executions [NAME]",
  summary: "List or show workflows (wf) and executions (ex)",
  examples: [
    ["All workflows", "pawl get workflows"],
    ["One workflow with its definition", "pawl get workflow hello -o yaml"],
    ["What is running", "pawl get executions --status running,waiting"],
    ["The ids of what failed", "pawl get ex --status faulted -o name"],
  ],
  flags: [
    { name: "namespace", short: "n", value: "NAME", summary: "Only of this namespace" },
    { name: "status", value: "STATUS", repeat: true, summary: "Only executions with this status" },
    { name: "workflow", value: "NAME", summary: "Only executions of this workflow" },
    { name: "all-versions", summary: "Every version of each workflow, not only the highest" },
    { name: "limit", value: "N", summary: "At most so many" },
    { name: "sort", value: "FIELD", summary: "Sort by a field of the JSON output; -FIELD turns it round" },
  ],
  arguments: { min: 1, max: 2 },
  async run(context) {
    const { kind, name } = readResource(context.arguments, "get");
    if (kind === "workflow") await (name === undefined ? listWorkflows(context) : getWorkflow(context, name));
    else await (name === undefined ? listExecutions(context) : getExecution(context, name));
    return 0;
  },
};

async function listWorkflows(context: Context): Promise<void> {
  const { flags } = context;
  const request = {
    namespace: flags.text("namespace") ?? "",
    allVersions: flags.has("all-versions"),
    limit: readLimit(context),
  };
  const { workflows } = await ask(
    context,
    ({ workflows: service }, signal) => service.list(request, { signal }),
    { repeatable: true },
  );
  await show(context, workflows, workflowColumns(Date.now()), workflowRecord, workflowName, "workflows");
}

async function getWorkflow(context: Context, name: string): Promise<void> {
  const ref = parseRef(name, "get", context.flags.text("namespace"));
  const { workflow } = await ask(
    context,
    ({ workflows: service }, signal) => service.get({ workflow: ref }, { signal }),
    { repeatable: true },
  );
  const { output } = context.globals;
  if (output === "table" || output === "wide") {
    await show(context, [workflow!], workflowColumns(Date.now()), workflowRecord, workflowName, "workflows");
  } else {
    await printRecord(context.printer, output, await fullWorkflowRecord(workflow!), workflowName(workflow!));
  }
}

async function listExecutions(context: Context): Promise<void> {
  const { flags } = context;
  const workflow = flags.text("workflow");
  const ref = workflow === undefined ? undefined : parseRef(workflow, "get", flags.text("namespace") ?? "");
  const request = {
    namespace: ref?.namespace ?? flags.text("namespace") ?? "",
    workflow: ref?.name ?? "",
    statuses: readStatuses(flags.texts("status")),
    limit: readLimit(context),
  };
  const { executions } = await ask(
    context,
    ({ executions: service }, signal) => service.list(request, { signal }),
    { repeatable: true },
  );
  const columns = executionColumns(Date.now(), stdoutStyle(context.globals.color));
  await show(context, executions, columns, executionRecord, executionName, "executions");
}

async function getExecution(context: Context, id: string): Promise<void> {
  const { execution } = await ask(
    context,
    ({ executions: service }, signal) => service.get({ id }, { signal }),
    { repeatable: true },
  );
  const { output, color } = context.globals;
  if (output === "table" || output === "wide") {
    const columns = executionColumns(Date.now(), stdoutStyle(color));
    await show(context, [execution!], columns, executionRecord, executionName, "executions");
  } else {
    await printRecord(context.printer, output, executionRecord(execution!), executionName(execution!));
  }
}

async function show<T extends Workflow | Execution>(
  context: Context,
  rows: readonly T[],
  columns: readonly Column<T>[],
  record: (row: T) => object,
  name: (row: T) => string,
  what: string,
): Promise<void> {
  const { printer, notices, globals, flags } = context;
  const sorted = sortRows(rows, record, flags.text("sort"));
  if (rows.length === 0) notices.info(`No ${what}`);
  if (globals.output !== "table" && globals.output !== "wide") {
    await printRecords(printer, globals.output, sorted.map(record), sorted.map(name));
  } else if (rows.length > 0) {
    for (const line of formatTable(columns, sorted, { wide: globals.output === "wide" })) printer.line(line);
  }
}

function readStatuses(given: readonly string[]): number[] {
  return given
    .flatMap((text) => text.split(","))
    .map((word) => {
      const known = statuses.slice(1);
      const index = known.indexOf(word.toLowerCase() as Status);
      if (index >= 0) return index + 1;
      const nearest = suggest(word, known);
      const hint = nearest === undefined ? `Use one of ${known.join(", ")}` : `Did you mean "${nearest}"?`;
      throw usageError(`Unknown status "${word}"`, "get", hint);
    });
}

function readLimit({ flags }: Context): number {
  const text = flags.text("limit") ?? "0";
  if (!/^\d{1,9}$/.test(text)) throw usageError(`"${text}" is not a number for --limit`, "get");
  return Number(text);
}
