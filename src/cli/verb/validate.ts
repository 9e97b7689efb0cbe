import { defineCommand } from "citty";
import { type ParseResult, parseDefinitions, unsupported } from "../../dsl/definition.ts";
import type { Diagnostic } from "../../dsl/diagnostic.ts";
import { fileArgs, lineOf } from "../command.ts";
import { readSources } from "../definition-sources.ts";
import { showDiagnostics } from "../diagnostics.ts";
import { printRecords } from "../record.ts";
import { stderrStyle } from "../style.ts";
import { usageError } from "../usage-error.ts";

export const validate = defineCommand({
  meta: {
    usage: "-f PATH...",
    description: "Check definitions without a server",
    details:
      "Prints one line per definition on stdout, and every problem with its place on stderr; what is valid but cannot\n" +
      "be run yet is a warning. Exits 2 when a definition has an error; warnings alone exit 0.",
    examples: [
      ["Check a file", "pawl validate -f hello.yaml"],
      ["Check a directory, recursively", "pawl validate -f workflows/"],
      ["Check what another program writes", "generate | pawl validate -f -"],
    ],
  },
  args: fileArgs,
  async run(given) {
    const { args, printer, notices, globals } = lineOf(given);
    const paths = [...args.file, ...args.paths];
    if (paths.length === 0) throw usageError("Nothing to validate: pawl validate -f PATH", "validate");

    const lines: string[] = [];
    const records: object[] = [];
    const diagnostics: Diagnostic[] = [];
    for (const { file, bytes } of await readSources(paths)) {
      const result = parseDefinitions(file, bytes);
      const told = withUnsupported(result);
      diagnostics.push(...told);
      const valid = !told.some(({ severity }) => severity === "error");
      const workflows = result.definitions.map(({ document: { document } }) => {
        return `${document.namespace}/${document.name}:${document.version}`;
      });
      records.push({ file, valid, workflows, diagnostics: told.map(diagnosticRecord) });
      for (const workflow of workflows) lines.push(`workflow ${workflow} valid`);
    }
    showDiagnostics(diagnostics, notices, stderrStyle(globals.color));
    if (globals.output === "table" || globals.output === "wide") for (const line of lines) printer.line(line);
    else await printRecords(printer, globals.output, records, lines.map(nameOf));
    return diagnostics.some(({ severity }) => severity === "error") ? 2 : 0;
  },
});

/** A diagnostic as `-o json` has it. */
function diagnosticRecord({ severity, file, line, column, length, message, hint, source }: Diagnostic) {
  return { severity, file, line, column, length, message, hint: hint ?? null, source: source || null };
}

/** What is valid but cannot be run yet is warned of, in the order of places. */
function withUnsupported({ definitions, diagnostics }: ParseResult): Diagnostic[] {
  const warnings = definitions
    .flatMap(unsupported)
    .map((diagnostic) => ({ ...diagnostic, severity: "warning" as const }));
  return [...diagnostics, ...warnings].sort((a, b) => a.line - b.line || a.column - b.column);
}

function nameOf(line: string): string {
  return `workflow/${line.split(" ")[1]}`;
}
