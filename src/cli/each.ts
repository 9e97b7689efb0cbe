import { Failure } from "../failure.ts";
import type { Globals } from "./globals.ts";
import { exitCodeOf, exitCodes, report } from "./report.ts";

/**
 * Does the same to each of several things: that one is refused is reported, and does not keep the others from it. Answers the
 * exit code of the first that was refused. Rejects when it is not about that one, but about the server or the command.
 */
export async function doEach<T>(
  globals: Globals,
  targets: readonly T[],
  work: (target: T) => Promise<void>,
): Promise<number> {
  let code: number = exitCodes.ok;
  for (const target of targets) {
    try {
      await work(target);
    } catch (error) {
      if (!isAboutOne(error)) throw error;
      const refused = await report(error, globals);
      if (code === exitCodes.ok) code = refused;
    }
  }
  return code;
}

function isAboutOne(error: unknown): boolean {
  if (!(error instanceof Failure)) return false;
  const code = exitCodeOf(error);
  return code === exitCodes.failed || code === exitCodes.conflict;
}
