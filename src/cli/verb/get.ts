import type { Command, Context } from "../command.ts";
import { ask } from "../connection.ts";
import { executionKind, executionRecord, type Status, statuses } from "../execution-view.ts";
import type { Flags } from "../flags.ts";
import { printList } from "../listing.ts";
import { printRecord } from "../record.ts";
import { readResource } from "../resource.ts";
import { stdoutStyle } from "../style.ts";
import { suggest } from "../suggest.ts";
import { usageError } from "../usage-error.ts";
import { parseRef } from "../workflow-ref.ts";
import { fullWorkflowRecord, workflowKind } from "../workflow-view.ts";

/** How many executions are listed when `--limit` does not say. */
const defaultLimit = 100;

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
    { name: "watch", short: "w", summary: "Go on with executions as they start and end" },
  ],
  arguments: { min: 1, max: 2 },
  async run(context) {
    const { kind, name } = readResource(context.arguments, "get");
    if (context.flags.has("watch") && (kind !== "execution" || name !== undefined)) {
      throw usageError("Only executions can be watched", "get", "Follow one: pawl follow ID");
    }
    if (kind === "execution" && name === undefined) return await listExecutions(context);
    if (kind === "execution") await getExecution(context, name!);
    else await (name === undefined ? listWorkflows(context) : getWorkflow(context, name));
    return 0;
  },
};

async function listWorkflows(context: Context): Promise<void> {
  const { flags } = context;
  const request = {
    namespace: flags.text("namespace") ?? "",
    allVersions: flags.has("all-versions"),
    limit: readLimit(flags),
  };
  const { workflows } = await ask(
    context,
    ({ workflows: service }, signal) => service.list(request, { signal }),
    { repeatable: true },
  );
  await printList(context, workflows, workflowKind(Date.now()));
}

async function getWorkflow(context: Context, name: string): Promise<void> {
  const ref = parseRef(name, "get", context.flags.text("namespace"));
  const { workflow } = await ask(
    context,
    ({ workflows: service }, signal) => service.get({ workflow: ref }, { signal }),
    { repeatable: true },
  );
  const kind = workflowKind(Date.now());
  const { output } = context.globals;
  if (output === "table" || output === "wide") await printList(context, [workflow!], kind);
  else await printRecord(context.printer, output, await fullWorkflowRecord(workflow!), kind.name(workflow!));
}

async function listExecutions(context: Context): Promise<number> {
  const { flags, notices } = context;
  const workflow = flags.text("workflow");
  const ref = workflow === undefined ? undefined : parseRef(workflow, "get", flags.text("namespace") ?? "");
  const request = {
    namespace: ref?.namespace ?? flags.text("namespace") ?? "",
    workflow: ref?.name ?? "",
    statuses: readStatuses(flags.texts("status")),
    limit: readLimit(flags) || defaultLimit,
  };
  const startedMs = Date.now();
  const { executions } = await ask(
    context,
    ({ executions: service }, signal) => service.list(request, { signal }),
    { repeatable: true },
  );
  if (!flags.has("limit") && executions.length === defaultLimit) {
    notices.info(`Only the latest ${defaultLimit} are shown, --limit shows more`);
  }
  await printList(context, executions, executionKind(startedMs, stdoutStyle(context.globals.color)));
  if (!flags.has("watch")) return 0;
  const { watchExecutions } = await import("../watch-executions.ts");
  return await watchExecutions(context, request, executions, startedMs);
}

async function getExecution(context: Context, id: string): Promise<void> {
  const { execution } = await ask(
    context,
    ({ executions: service }, signal) => service.get({ id }, { signal }),
    { repeatable: true },
  );
  const { output, color } = context.globals;
  const kind = executionKind(Date.now(), stdoutStyle(color));
  if (output === "table" || output === "wide") await printList(context, [execution!], kind);
  else await printRecord(context.printer, output, executionRecord(execution!), kind.name(execution!));
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

function readLimit(flags: Flags): number {
  const text = flags.text("limit") ?? "0";
  if (!/^\d{1,9}$/.test(text)) throw usageError(`"${text}" is not a number for --limit`, "get");
  return Number(text);
}
