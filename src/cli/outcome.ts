import type { Execution } from "../gen/pawl/v1/execution_pb.ts";
import type { Context } from "./command.ts";
import { executionName, executionRecord, statusOf } from "./execution-view.ts";
import { nextCommand } from "./next-command.ts";
import { printRecord } from "./record.ts";
import { exitCodes } from "./report.ts";
import { isTerminal, type Style, stderrStyle } from "./style.ts";
import { printable } from "./wire.ts";

/**
 * Prints how an execution ended: the output or the whole on stdout, a fault on stderr, with the way to look further when
 * it is kept. Answers the exit code.
 */
export async function printOutcome(
  { printer, notices, globals }: Context,
  execution: Execution,
  { isKept }: { readonly isKept: boolean },
): Promise<number> {
  const status = statusOf(execution);
  if (globals.output !== "table" && globals.output !== "wide")
    await printWhole({ printer, globals }, execution);
  else if (status === "completed") printer.line(formatOutput(execution.output));
  if (status === "completed") return exitCodes.ok;
  const style = stderrStyle(globals.color);
  if (status === "faulted") notices.error(formatFault(execution, style));
  else notices.error(`${style.red("error:")} Execution ${execution.id} was cancelled`);
  if (isKept) notices.error(`Look further: ${nextCommand(globals, `describe execution ${execution.id}`)}`);
  return exitCodes.failed;
}

/** Prints how an execution ended that was cancelled by the one who waited for it. Answers `code`. */
export async function printInterrupted(
  context: Context,
  execution: Execution,
  code: number,
): Promise<number> {
  if (context.globals.output !== "table" && context.globals.output !== "wide") {
    await printWhole(context, execution);
  }
  context.notices.info(`Execution ${execution.id} ${statusOf(execution)}`);
  return code;
}

/** The execution as `-o` says. */
export async function printWhole(
  { printer, globals }: Pick<Context, "printer" | "globals">,
  execution: Execution,
): Promise<void> {
  await printRecord(printer, globals.output, executionRecord(execution), executionName(execution));
}

/** One JSON document: as it stands for programs, indented for people. */
function formatOutput(output: string): string {
  const text = output === "" ? "null" : output;
  return isTerminal(1) ? JSON.stringify(JSON.parse(text), undefined, 2) : text;
}

/** A workflow error (Problem Details) for people, with its line of the source when that is known. */
export function formatFault(execution: Execution, style: Style, source = ""): string {
  const error = JSON.parse(execution.error || "{}") as Record<string, unknown>;
  const fields: [string, unknown][] = [
    ["type", error["type"]],
    ["title", error["title"]],
    ["status", error["status"]],
    ["detail", error["detail"]],
    ["instance", error["instance"]],
    ["at", execution.errorPosition],
  ];
  const lines = fields
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => `  ${style.dim(`${name}:`.padEnd(10))}${indent(String(value))}`);
  if (source !== "") {
    const line = execution.errorPosition.slice(execution.errorPosition.lastIndexOf(":") + 1);
    lines.push(`            ${style.dim(`${line} |`)} ${printable(source)}`);
  }
  return [`${style.red("error:")} Execution ${execution.id} faulted`, ...lines].join("\n");
}

function indent(text: string): string {
  return text.split("\n").map(printable).join("\n            ");
}
