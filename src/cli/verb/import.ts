import { defineCommand } from "citty";
import { parseDefinitions } from "../../dsl/definition.ts";
import { Failure } from "../../failure.ts";
import { appliedRecord, nameOfApplied, printApplied } from "../applied-view.ts";
import { defineArgs, lineOf } from "../command.ts";
import { clientOptions } from "../connection.ts";
import { type ExportFile, maxExportBytes, nameOf, readExportFile, sourceOf } from "../export-file.ts";
import { printRecord } from "../record.ts";
import { readBytes } from "../text-source.ts";

/** Temporal is given definitions one by one. */
const deadlineMs = 600_000;

const args = defineArgs({
  file: { type: "positional", required: true, description: "What pawl export wrote, or - for stdin" },
  "dry-run": { type: "boolean", description: "Say what would happen, and change nothing" },
});

export const importAll = defineCommand({
  meta: {
    usage: "FILE|-",
    description: "Store the definitions that pawl export wrote, all or nothing",
    details:
      "Prints one line per definition: created, configured or unchanged; to import twice is to import once. What is\n" +
      "there beside stays. Says which secrets of the file have no value here yet, and how to set them.",
    examples: [
      ["See what would change", "pawl import pawl.yaml --dry-run"],
      ["Import", "pawl import pawl.yaml"],
      ["From one home into another", "pawl export --home /srv/old | pawl import -"],
    ],
  },
  args,
  async run(given) {
    const context = lineOf(given);
    const { printer, notices, globals } = context;
    const { file: path, "dry-run": dryRun } = context.args;
    process.on("SIGINT", () => context.exit(130));
    const name = path === "-" ? "Standard input" : `"${path}"`;
    const file = await readExportFile(name, await readBytes(path, maxExportBytes, "an export"));
    checkTexts(name, file);
    const { call } = await import("../../client/client.ts");
    const { applied, missing } = await call(
      clientOptions(context, { deadlineMs: globals.timeoutMs ?? deadlineMs }),
      async ({ workflows, secrets }, signal) => {
        const { secrets: there } = await secrets.list({}, { signal });
        const known = new Set(there.map((secret) => secret.name));
        const sources = file.workflows.map(sourceOf);
        const answer =
          sources.length === 0 ? { workflows: [] } : await workflows.apply({ sources, dryRun }, { signal });
        return { applied: answer.workflows, missing: file.secrets.filter((secret) => !known.has(secret)) };
      },
      { repeatable: true },
    );
    for (const warning of applied.flatMap(({ warnings }) => warnings)) notices.warn(warning);
    if (globals.output === "table" || globals.output === "wide") printApplied(context, applied, dryRun);
    else if (globals.output === "name") for (const one of applied) printer.line(nameOfApplied(one));
    else {
      const record = { workflows: applied.map(appliedRecord), missingSecrets: missing };
      await printRecord(printer, globals.output, record, "");
    }
    if (applied.length === 0) notices.info(`${name} holds no definitions`);
    for (const secret of missing)
      notices.warn(`The secret "${secret}" has no value here: pawl secret set ${secret}`);
    return 0;
  },
});

/** What a text says of itself is what is stored; the names beside it are what people read. Throws `invalid_argument`. */
function checkTexts(name: string, { workflows }: ExportFile): void {
  for (const workflow of workflows) {
    const { file, text } = sourceOf(workflow);
    const { definitions, diagnostics } = parseDefinitions(file || nameOf(workflow), text);
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    if (errors.length > 0) {
      throw new Failure(
        "invalid_argument",
        `${name} holds a definition that is not valid: ${nameOf(workflow)}`,
        {
          reason: "definition-invalid",
          details: errors,
        },
      );
    }
    const names = definitions.map(({ document: { document } }) => nameOf(document));
    if (names.length === 1 && names[0] === nameOf(workflow)) continue;
    const message = `${name} says "${nameOf(workflow)}" where the text defines ${names.join(", ")}`;
    throw new Failure("invalid_argument", message, {
      reason: "export-contradicts-itself",
      hint: "Change the name beside the text too, or export anew",
    });
  }
}
