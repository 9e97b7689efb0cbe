import { prepare } from "../../../workflow/interpreter.ts";
import type { Program } from "../../../workflow/program.ts";
import type { Pinned } from "../protocol.ts";

/** Programs that are kept, which are immutable: for all workflows of this thread. */
const most = 100;
const programs = new Map<string, Program>();

/** The program of a revision. Throws as `prepare` does. */
export function programOf({ document, revision, runtime }: Pinned): Program {
  const key = `${revision} ${runtime}`;
  const known = programs.get(key);
  if (known) return known;
  const program = prepare(document, { version: runtime });
  programs.set(key, program);
  const [oldest] = programs.keys();
  if (programs.size > most && oldest !== undefined) programs.delete(oldest);
  return program;
}
