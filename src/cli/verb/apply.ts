import { defineCommand } from "citty";
import { appliedRecord, nameOfApplied, printApplied } from "../applied-view.ts";
import { defineArgs, fileArgs, lineOf } from "../command.ts";
import { ask } from "../connection.ts";
import { decodeSources, readSources } from "../definition-sources.ts";
import { printRecords } from "../record.ts";
import { usageError } from "../usage-error.ts";
import { printableLines } from "../wire.ts";

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
    for (const warning of workflows.flatMap(({ warnings }) => warnings))
      notices.warn(printableLines(warning));
    if (globals.output === "table" || globals.output === "wide") printApplied(context, workflows, dryRun);
    else
      await printRecords(printer, globals.output, workflows.map(appliedRecord), workflows.map(nameOfApplied));
    return 0;
  },
});
