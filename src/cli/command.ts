import type { Flags } from "./flags.ts";
import type { Globals } from "./globals.ts";
import type { Notices } from "./notices.ts";
import type { Printer } from "./printer.ts";

/** One verb: what `--help` says about it, what it accepts, and what it does. One per file in `verb/`. */
export interface Command {
  /** The words after the verb, e.g. `NAME|FILE [flags]`. */
  readonly usage: string;
  /** Sentence case, no period. */
  readonly summary: string;
  /** More paragraphs for `--help`. */
  readonly details?: string;
  /** What it does, and the command line that does it. */
  readonly examples: readonly (readonly [string, string])[];
  readonly flags: readonly Flag[];
  /** How many positional arguments it takes. */
  readonly arguments: { readonly min: number; readonly max: number };
  /** Resolves with the exit code; rejects with `Failure`. */
  run(context: Context): Promise<number>;
}

export interface Flag {
  /** Without dashes. */
  readonly name: string;
  readonly short?: string;
  /** The placeholder of its value, e.g. `DIR`; absent: a switch. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** May be given more than once. */
  readonly repeat?: boolean;
  /** Sentence case, no period. */
  readonly summary: string;
  /** Not shown by `--help`. */
  readonly hidden?: boolean;
}

/** `-f PATH...`, as `apply` and `validate` have it. */
export const fileFlag: Flag = {
  name: "file",
  short: "f",
  value: "PATH",
  repeat: true,
  summary: "A file, a directory, or - for stdin; YAML or JSON, several documents per file",
};

/** What a verb is given. */
export interface Context {
  readonly arguments: readonly string[];
  readonly flags: Flags;
  readonly globals: Globals;
  /** stdout. */
  readonly printer: Printer;
  /** stderr. */
  readonly notices: Notices;
  /** Leaves the process at once: only for a second Ctrl-C. */
  readonly exit: (code: number) => never;
}
