import { defineCommand } from "citty";
import type { AppliedWorkflow } from "../../gen/pawl/v1/workflow_pb.ts";
import { defineArgs, fileArgs, lineOf } from "../command.ts";
import { ask } from "../connection.ts";
import { decodeSources, readSources } from "../definition-sources.ts";
import { printRecords } from "../record.ts";
import { usageError } from "../usage-error.ts";
import { formatRef } from "../workflow-ref.ts";

const actions = ["unknown", "created", "configured", "unchanged"];

const args = defineArgs({
  ...fileArgs,
  "dry-run": { type: "boolean", description: "Say what would happen, and change nothing" },
});

export const apply = defineCommand({
  meta: {
    usage: "-f PATH...",
    description: "Create or update workflows from files, all or nothing",
    details: "Prints one line per workflow: created, configured or unchanged.",
    examples: [
      ["Apply a file", "pawl apply -f hello.yaml"],
      ["Apply a directory, recursively", "pawl apply -f workflows/"],
      ["See what would change", "pawl apply -f workflows/ --dry-run"],
      ["Apply what another program writes", "generate | pawl apply -f -"],
    ],
  },
  args,
  async run(given) {
    const context = lineOf(given);
    const { printer, notices, globals } = context;
    const { file, paths: more, "dry-run": dryRun } = context.args;
    const paths = [...file, ...more];
    if (paths.length === 0) throw usageError("Nothing to apply: pawl apply -f PATH", "apply");
    const sources = await decodeSources(await readSources(paths));
    const { workflows } = await ask(
      context,
      ({ workflows: service }, signal) => service.apply({ sources, dryRun }, { signal }),
      { repeatable: true },
    );
    for (const warning of workflows.flatMap(({ warnings }) => warnings)) notices.warn(warning);
    if (globals.output === "table" || globals.output === "wide") {
      const suffix = dryRun ? " (dry run)" : "";
      for (const workflow of workflows) {
        printer.line(`workflow ${nameOf(workflow)} ${actions[workflow.action]}${suffix}`);
      }
      return 0;
    }
    const records = workflows.map((applied) => ({
      namespace: applied.workflow?.namespace ?? "",
      name: applied.workflow?.name ?? "",
      version: applied.workflow?.version ?? "",
      action: actions[applied.action],
      warnings: applied.warnings,
    }));
    const names = workflows.map((applied) => `workflow/${nameOf(applied)}`);
    await printRecords(printer, globals.output, records, names);
    return 0;
  },
});

function nameOf({ workflow }: AppliedWorkflow): string {
  const { namespace = "", name = "", version = "" } = workflow ?? {};
  return formatRef({ namespace, name, version });
}
