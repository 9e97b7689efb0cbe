import type { Command } from "./command.ts";
import { argsOf, type Flag, flagsOf, metaOf } from "./flag.ts";
import { globalArgs } from "./globals.ts";
import { pawl, verbs, verbsOf } from "./registry.ts";

/** `pawl --help`. */
export function describeProgram(): string {
  const shown = Object.entries(verbs);
  return [
    pawl.meta.description,
    "",
    "Usage: pawl VERB [flags]",
    "",
    ...section("Verbs", columns(shown.map(([name, { summary }]) => [name, summary]))),
    ...section("Flags of every verb", columns(flagsOf(globalArgs).map(flagRow))),
    ...section("Examples", [
      "  # Store a workflow, run it, look at what happened",
      "  pawl apply -f hello.yaml",
      `  pawl run hello --input '{"name": "Ada"}'`,
      "  pawl get executions",
      "",
    ]),
    "Run `pawl VERB --help` for one verb",
  ].join("\n");
}

/** `pawl server --help`. */
export function describeGroup(group: string): string {
  const rows = verbsOf(group).map((name) => [name, verbs[name]!.summary] as const);
  return [
    `Usage: pawl ${group} VERB [flags]`,
    "",
    ...section("Verbs", columns(rows)),
    `Run \`pawl ${group} VERB --help\` for one verb`,
  ].join("\n");
}

/** `pawl VERB --help`. */
export function describeCommand(verb: string, command: Command): string {
  const { description = "", usage = "", details, examples = [] } = metaOf(command);
  const flags = flagsOf(argsOf(command)).filter((flag) => !flag.hidden);
  const shown = examples.flatMap(([what, line]) => [`  # ${what}`, `  ${line}`, ""]);
  return [
    description,
    "",
    `Usage: pawl ${verb} ${usage}`.trimEnd(),
    "",
    ...(details === undefined ? [] : [details, ""]),
    ...(flags.length === 0 ? [] : section("Flags", columns(flags.map(flagRow)))),
    ...section("Flags of every verb", columns(flagsOf(globalArgs).map(flagRow))),
    ...section("Examples", shown),
  ]
    .join("\n")
    .trimEnd();
}

function section(title: string, lines: readonly string[]): string[] {
  const rest = lines.at(-1) === "" ? [] : [""];
  return [`${title}:`, ...lines, ...rest];
}

function flagRow(flag: Flag): readonly [string, string] {
  const short = flag.short === undefined ? "    " : `-${flag.short}, `;
  const value = flag.value === undefined ? "" : ` ${flag.value}`;
  return [`${short}--${flag.name}${value}`, flag.summary + (flag.repeat ? " (may be repeated)" : "")];
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
