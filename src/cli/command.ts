import type { ArgDef, CommandContext, CommandDef } from "citty";
import type { Globals } from "./globals.ts";
import type { Notices } from "./notices.ts";
import type { Printer } from "./printer.ts";

// A verb is a command of citty, one per file in `verb/`; its description is in sentence case, without a period.
declare module "citty" {
  interface CommandMeta {
    /** The words after the verb, e.g. `NAME|FILE`. */
    usage?: string;
    /** More paragraphs for `--help`. */
    details?: string;
    /** What it does, and the command line that does it. */
    examples?: readonly (readonly [what: string, line: string])[];
  }
}

/** A verb with whatever flags. Its `run` resolves with the exit code or rejects with `Failure`. */
// biome-ignore lint/suspicious/noExplicitAny: what one verb takes another does not; citty types sub commands so too
export type Command = CommandDef<any>;

/** A flag or an argument of a verb: citty's, and what citty has no word for. */
export type Arg = ArgDef & {
  /** May be given more than once: its value is a list. */
  readonly repeat?: true;
  /** Not shown by `--help`. */
  readonly hidden?: true;
  /** Of the first argument: words that it may be, for completion. */
  readonly words?: readonly string[];
};

/** By name, without dashes; arguments (`positional`) stand in their order, and only the last may repeat. */
export type Args = Readonly<Record<string, Arg>>;

/** Checks a declaration and keeps its types, from which come those of the values. */
export function defineArgs<const A extends Args>(args: A): A {
  return args;
}

/** What was given: a switch that was not is false, a list is empty, any other value undefined. */
export type Values<A extends Args> = {
  /** All arguments. */
  readonly _: readonly string[];
} & { readonly [Name in keyof A]: Value<A[Name]> };

type Value<T extends Arg> = T extends { repeat: true }
  ? readonly string[]
  : T extends { type: "boolean" }
    ? boolean
    : T extends { type: "enum"; options: readonly (infer Choice)[] }
      ? Choice | undefined
      : T extends { type: "positional"; required?: true }
        ? string
        : string | undefined;

/** Those of some declaration. */
export interface SomeValues {
  readonly _: readonly string[];
  readonly [name: string]: unknown;
}

/** What every verb is given. */
export interface Context {
  readonly globals: Globals;
  /** stdout. */
  readonly printer: Printer;
  /** stderr. */
  readonly notices: Notices;
  /** Leaves the process at once: only for a second Ctrl-C. */
  readonly exit: (code: number) => never;
}

/** One command line: what was asked, and where the answer goes. */
export interface Line<A extends Args = Args> extends Context {
  readonly args: Values<A>;
}

/** The command line as `command-line.ts` hands it through citty to a verb. */
export function lineOf<A extends Args>({ args, data }: CommandContext<A>): Line<A> {
  return { ...(data as Context), args: args as unknown as Values<A> };
}

/** `-f PATH...`, as `apply` and `validate` have it. */
export const fileArgs = defineArgs({
  file: {
    type: "string",
    alias: "f",
    valueHint: "PATH",
    repeat: true,
    description: "A file, a directory, or - for stdin; YAML or JSON, several documents per file",
  },
  paths: { type: "positional", required: false, repeat: true },
});

/** `-n NAME` of verbs that take the name of a workflow. */
export const namespaceArg = defineArgs({
  namespace: {
    type: "string",
    alias: "n",
    valueHint: "NAME",
    description: "The namespace of a name that has none",
  },
});
