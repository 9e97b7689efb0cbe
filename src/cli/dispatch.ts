import type { CommandLine } from "./command-line.ts";
import { Printer } from "./printer.ts";
import { versionLine } from "./version-line.ts";

/**
 * Runs one command line and resolves with its exit code. `exit` leaves the process at once, for a second Ctrl-C.
 */
export async function dispatch(tokens: readonly string[], exit: (code: number) => never): Promise<number> {
  const printer = new Printer();
  let line: CommandLine | undefined;
  let code = 0;
  try {
    if (asksForVersion(tokens)) printer.line(versionLine());
    else {
      const { readCommandLine, runCommandLine } = await import("./command-line.ts");
      line = await readCommandLine(tokens);
      code = await runCommandLine(line, printer, exit);
    }
    await printer.flush();
  } catch (error) {
    const { report } = await import("./report.ts");
    const { guessGlobals } = await import("./globals.ts");
    code = await report(error, line?.globals ?? guessGlobals(tokens));
  }
  await printer.flush().catch(() => {});
  return code;
}

/** In the plain spellings: citty takes 2 ms to load, a third of what this answer may take. */
function asksForVersion(tokens: readonly string[]): boolean {
  return tokens.length === 1 && (tokens[0] === "version" || tokens[0] === "--version");
}
