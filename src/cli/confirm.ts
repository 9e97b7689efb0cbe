import type { Context } from "./command.ts";
import { isTerminal } from "./style.ts";
import { usageError } from "./usage-error.ts";

/**
 * Asks for a yes where a person types; in a script, and when `confirmed` (`--yes`), the answer is yes. Refuses with
 * `--no-input`, and where the person would not see the question.
 */
export async function confirm(context: Context, confirmed: boolean, question: string): Promise<boolean> {
  if (confirmed || !isTerminal(0)) return true;
  if (!context.globals.prompt || !isTerminal(2)) throw usageError("Not confirmed", "", "Give --yes");
  const { createInterface } = await import("node:readline");
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise<boolean>((resolve) => {
      reader.on("SIGINT", () => context.exit(130));
      reader.on("close", () => resolve(false));
      reader.question(`${question} [y/N] `, (answer) => resolve(/^y(?:es)?$/i.test(answer.trim())));
    });
  } finally {
    reader.close();
  }
}
