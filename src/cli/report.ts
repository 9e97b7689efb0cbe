import type { Diagnostic } from "../dsl/diagnostic.ts";
import { Failure, type FailureCode } from "../failure.ts";
import type { Globals } from "./globals.ts";
import { Notices } from "./notices.ts";
import { stderrStyle } from "./style.ts";
import { printableLines } from "./wire.ts";

export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  noServer: 3,
  conflict: 4,
  timeout: 124,
  interrupted: 130,
} as const;

const byCode: Readonly<Partial<Record<FailureCode, number>>> = {
  invalid_argument: exitCodes.usage,
  out_of_range: exitCodes.usage,
  unimplemented: exitCodes.usage,
  unavailable: exitCodes.noServer,
  deadline_exceeded: exitCodes.noServer,
  already_exists: exitCodes.conflict,
  failed_precondition: exitCodes.conflict,
  aborted: exitCodes.conflict,
  cancelled: exitCodes.interrupted,
};

/** Says on stderr why a command failed and resolves with the exit code (the table of docs/cli.md). */
export async function report(error: unknown, globals: Globals): Promise<number> {
  const notices = new Notices(globals);
  const style = stderrStyle(globals.color);
  if (!(error instanceof Failure)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    notices.error(`${style.red("error:")} Internal error: ${stack}`);
    notices.error("hint: This is a defect of pawl: please report it with the command line and these lines");
    await notices.flush();
    return exitCodes.failed;
  }
  const diagnostics = diagnosticsOf(error);
  if (diagnostics.length > 0) {
    const { showDiagnostics } = await import("./diagnostics.ts");
    showDiagnostics(diagnostics, notices, style);
  }
  // They quote what was given, be it the name of a file with an escape sequence in it.
  notices.error(`${style.red("error:")} ${printableLines(error.message)}`);
  if (error.hint !== undefined) notices.error(`${style.cyan("hint:")} ${printableLines(error.hint)}`);
  if (error.cause !== undefined) notices.debug(`caused by ${String(error.cause)}`);
  await notices.flush();
  return exitCodeOf(error);
}

export function exitCodeOf({ code }: Failure): number {
  return byCode[code] ?? exitCodes.failed;
}

function diagnosticsOf(failure: Failure): readonly Diagnostic[] {
  if (!Array.isArray(failure.details)) return [];
  return failure.details.filter((detail): detail is Diagnostic => typeof detail?.line === "number");
}
