import { defineCommand } from "citty";
import type { Workflow } from "../../gen/pawl/v1/workflow_pb.ts";
import { defineArgs, type Line, lineOf } from "../command.ts";
import { clientOptions } from "../connection.ts";
import { type ExportFile, nameOf, toExportFile } from "../export-file.ts";
import { parseRef } from "../workflow-ref.ts";

/** Definitions of a cluster are read one by one. */
const deadlineMs = 600_000;

const args = defineArgs({
  names: { type: "positional", required: false, repeat: true },
  namespace: {
    type: "string",
    alias: "n",
    valueHint: "NAME",
    description: "Only of this namespace; that of names that have none",
  },
  file: { type: "string", alias: "f", valueHint: "FILE", description: "Where to; default: stdout" },
  force: { type: "boolean", description: "Replace the file when there is one" },
});

export const exportAll = defineCommand({
  meta: {
    usage: "[NAME...]",
    description: "Write definitions and the names of secrets as one file, for pawl import",
    details:
      "NAME is [namespace/]name[:version]; without a version all versions are meant, without a name everything. The\n" +
      "file is YAML, or JSON with -o json; texts stand in it as they were applied, in an order that does not change.\n" +
      "Values of secrets are not in it, nor are executions. Secrets are those that the definitions use, with a value\n" +
      "here or without; without names or -n also all others that are stored.",
    examples: [
      ["Everything, to be kept in git", "pawl export -f pawl.yaml --force"],
      ["One namespace", "pawl export -n shop"],
      ["All versions of one workflow", "pawl export shop/checkout -f checkout.yaml"],
      ["From one home into another", "pawl export | pawl import - --home /srv/other"],
    ],
  },
  args,
  async run(given) {
    const context = lineOf(given);
    const { file: path, force } = context.args;
    process.on("SIGINT", () => context.exit(130));
    const { checkNewFile, writeNewFile } = await import("../new-file.ts");
    const toFile = path !== undefined && path !== "-";
    if (toFile) checkNewFile(path, force);
    const found = await collect(context);
    const text = await format(found, context.globals.output);
    if (toFile) writeNewFile(path, `${text}\n`, force);
    else context.printer.line(text);
    const { workflows, secrets } = found;
    const parts = [counted(workflows.length, "definition"), `names of ${counted(secrets.length, "secret")}`];
    if (toFile) context.notices.info(`Wrote ${parts.join(" and the ")} to ${path}`);
    return 0;
  },
});

async function collect(context: Line<typeof args>): Promise<ExportFile> {
  const { names, namespace = "" } = selectionOf(context);
  const { call } = await import("../../client/client.ts");
  const options = clientOptions(context, { deadlineMs: context.globals.timeoutMs ?? deadlineMs });
  const found = await call(
    options,
    async (clients, signal) => {
      const { workflows } = await clients.workflows.export({ namespace, workflows: names }, { signal });
      const { secrets } = await clients.secrets.list({}, { signal });
      return { workflows, secrets: secrets.map(({ name }) => name) };
    },
    { repeatable: true },
  );
  const isAll = names.length === 0 && namespace === "";
  const used = await secretsOf(found.workflows);
  // Where they are used, also those without a value here: whoever imports has to be told of them.
  return toExportFile(found.workflows, [...new Set([...used, ...(isAll ? found.secrets : [])])].sort());
}

/** A namespace beside names is that of names that have none. */
function selectionOf({ args: { names, namespace } }: Line<typeof args>) {
  if (names.length === 0) return { names: [], namespace };
  return { names: names.map((name) => parseRef(name, "export", namespace)) };
}

/** Those that the definitions list under `use.secrets`. */
async function secretsOf(workflows: readonly Workflow[]): Promise<readonly string[]> {
  const { parseDefinitions } = await import("../../dsl/definition.ts");
  // Most use none: the word is not in them, nor is it spelled with escapes.
  const candidates = workflows.filter(({ text }) => /secrets|\\/.test(text));
  const definitions = candidates.flatMap(({ file, text }) => parseDefinitions(file, text).definitions);
  return definitions.flatMap(({ document }) => document.use?.secrets ?? []);
}

async function format(file: ExportFile, output: string): Promise<string> {
  if (output === "json") return JSON.stringify(file, undefined, 2);
  if (output === "jsonl") return JSON.stringify(file);
  if (output === "name") {
    const workflows = file.workflows.map((workflow) => `workflow/${nameOf(workflow)}`);
    return [...workflows, ...file.secrets.map((name) => `secret/${name}`)].join("\n");
  }
  const { stringify } = await import("yaml");
  const options = { lineWidth: 0, blockQuote: "literal", aliasDuplicateObjects: false } as const;
  const head =
    "# Made by `pawl export`, for `pawl import`. Secrets are here by name, never with their values.\n";
  return head + stringify(file, options).trimEnd();
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
