import { defineCommand } from "citty";
import { defineArgs, type Line, lineOf } from "../command.ts";
import { ask } from "../connection.ts";
import { executionKind, executionRecord, type Status, statuses } from "../execution-view.ts";
import { printList } from "../listing.ts";
import { printRecord } from "../record.ts";
import { readResource } from "../resource.ts";
import { listSecrets } from "../secret-view.ts";
import { stdoutStyle } from "../style.ts";
import { suggest } from "../suggest.ts";
import { refuseUnfit } from "../unfit-flags.ts";
import { usageError } from "../usage-error.ts";
import { parseRef, type WorkflowRef } from "../workflow-ref.ts";
import { fullWorkflowRecord, workflowKind } from "../workflow-view.ts";

/** How many executions are listed when `--limit` does not say. */
const defaultLimit = 100;

/** How many executions a server lists at once. */
const mostListed = 1_000;

const args = defineArgs({
  kind: { type: "positional", words: ["workflows", "executions", "secrets"] },
  name: { type: "positional", required: false },
  namespace: { type: "string", alias: "n", valueHint: "NAME", description: "Only of this namespace" },
  status: {
    type: "string",
    valueHint: "STATUS",
    repeat: true,
    description: "Only executions with this status",
  },
  workflow: { type: "string", valueHint: "NAME", description: "Only executions of this workflow" },
  "all-versions": {
    type: "boolean",
    description: "Every version of each workflow, not only the highest",
  },
  limit: { type: "string", valueHint: "N", description: "At most so many" },
  sort: {
    type: "string",
    valueHint: "FIELD",
    description: "Sort by a field of the JSON output; -FIELD turns it round",
  },
  watch: { type: "boolean", alias: "w", description: "Go on with executions as they start and end" },
});

export const get = defineCommand({
  meta: {
    usage: "workflows|executions|secrets [NAME]",
    description: "List or show workflows (wf), executions (ex) and the names of secrets",
    examples: [
      ["All workflows", "pawl get workflows"],
      ["One workflow with its definition", "pawl get workflow hello -o yaml"],
      ["What is running", "pawl get executions --status running,waiting"],
      ["The ids of what failed", "pawl get ex --status faulted -o name"],
    ],
  },
  args,
  async run(given) {
    const context = lineOf(given);
    const { kind, name } = readResource(context.args._, "get");
    if (context.args.watch && (kind !== "execution" || name !== undefined)) {
      throw usageError("Only executions can be watched", "get", "Follow one: pawl follow ID");
    }
    refuseUnfit(context.args, kind, name !== undefined);
    if (kind === "execution" && name === undefined) return await listExecutions(context);
    if (kind === "execution") await getExecution(context, name!);
    else if (kind === "secret") await listSecrets(context, { name, ...listing(context) });
    else await (name === undefined ? listWorkflows(context) : getWorkflow(context, name));
    return 0;
  },
});

/** All workflows, or all versions of one. */
async function listWorkflows(context: Line<typeof args>, only?: WorkflowRef): Promise<void> {
  const { "all-versions": allVersions, limit, sort } = context.args;
  const { namespace, name } = only ?? { namespace: context.args.namespace ?? "", name: "" };
  const request = { namespace, name, allVersions, limit: readLimit(limit) };
  const { workflows } = await ask(
    context,
    async ({ workflows: service }, signal) => {
      if (only !== undefined) await service.get({ workflow: { namespace, name, version: "" } }, { signal });
      return await service.list(request, { signal });
    },
    { repeatable: true },
  );
  await printList(context, workflows, workflowKind(Date.now()), sort);
}

async function getWorkflow(context: Line<typeof args>, name: string): Promise<void> {
  const ref = parseRef(name, "get", context.args.namespace);
  if (context.args["all-versions"] && ref.version === "") return await listWorkflows(context, ref);
  const { workflow } = await ask(
    context,
    ({ workflows: service }, signal) => service.get({ workflow: ref }, { signal }),
    { repeatable: true },
  );
  const kind = workflowKind(Date.now());
  const { output } = context.globals;
  if (output === "table" || output === "wide") await printList(context, [workflow!], kind, context.args.sort);
  else await printRecord(context.printer, output, await fullWorkflowRecord(workflow!), kind.name(workflow!));
}

async function listExecutions(context: Line<typeof args>): Promise<number> {
  const { namespace = "", workflow, status, limit, sort, watch } = context.args;
  const ref = workflow === undefined ? undefined : parseRef(workflow, "get", namespace);
  if (ref !== undefined && ref.version !== "") {
    throw usageError(
      `--workflow takes a name without a version, got "${workflow}"`,
      "get",
      "Leave out the version",
    );
  }
  const request = {
    namespace: ref?.namespace ?? namespace,
    workflow: ref?.name ?? "",
    statuses: readStatuses(status),
    // One more tells whether there are more.
    limit: readLimit(limit) || defaultLimit + 1,
  };
  const startedMs = Date.now();
  const { executions, incomplete } = await ask(
    context,
    ({ executions: service }, signal) => service.list(request, { signal }),
    { repeatable: true },
  );
  if (incomplete !== "") context.notices.warn(`Only what is queued is shown: ${incomplete}`);
  const shown = limit === undefined ? executions.slice(0, defaultLimit) : executions;
  if (shown.length < executions.length) {
    context.notices.info(`Only the latest ${defaultLimit} are shown, --limit shows more`);
  } else if (shown.length === mostListed && request.limit > mostListed) {
    context.notices.info(`Only the latest ${mostListed} are listed, --status, --workflow and -n find others`);
  }
  const kind = executionKind(startedMs, stdoutStyle(context.globals.color));
  if (!watch) {
    await printList(context, shown, kind, sort);
    return 0;
  }
  const { streamed, watchExecutions } = await import("../watch-executions.ts");
  await printList(streamed(context), shown, kind, sort);
  return await watchExecutions(streamed(context), request, shown, startedMs);
}

async function getExecution(context: Line<typeof args>, id: string): Promise<void> {
  const { execution } = await ask(
    context,
    ({ executions: service }, signal) => service.get({ id }, { signal }),
    { repeatable: true },
  );
  const { output, color } = context.globals;
  const kind = executionKind(Date.now(), stdoutStyle(color));
  if (output === "table" || output === "wide")
    await printList(context, [execution!], kind, context.args.sort);
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

function listing({ args: { sort, limit } }: Line<typeof args>) {
  return { sort, limit: readLimit(limit) };
}

/** 0: the verb's own. */
function readLimit(text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw usageError(`"${text}" is not a number from 1 on for --limit`, "get");
  return Number(text);
}
