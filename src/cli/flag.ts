import type { Args, Command } from "./command.ts";

/** A flag as help, completion, the reference and the parser see it. */
export interface Flag {
  /** Without dashes. */
  readonly name: string;
  readonly short: string | undefined;
  /** The placeholder of its value, e.g. `DIR`; undefined: a switch. */
  readonly value: string | undefined;
  readonly choices: readonly string[] | undefined;
  readonly repeat: boolean;
  readonly summary: string;
  readonly hidden: boolean;
}

/** The flags of a declaration, in its order. */
export function flagsOf(args: Args): Flag[] {
  return Object.entries(args).flatMap(([name, arg]) => {
    if (arg.type === "positional") return [];
    const { alias } = arg as { readonly alias?: string };
    return {
      name,
      short: alias,
      value: arg.type === "boolean" ? undefined : (arg.valueHint ?? name.toUpperCase()),
      choices: arg.type === "enum" ? arg.options : undefined,
      repeat: arg.repeat === true,
      summary: arg.description ?? "",
      hidden: arg.hidden === true,
    };
  });
}

/** How many arguments a declaration takes. */
export function argumentCount(args: Args): { readonly min: number; readonly max: number } {
  const positional = Object.values(args).filter(({ type }) => type === "positional");
  return {
    min: positional.filter(({ required }) => required !== false).length,
    max: positional.some(({ repeat }) => repeat) ? Number.POSITIVE_INFINITY : positional.length,
  };
}

/** What a verb declares. citty would also take functions and promises of it; ours is all plain. */
export function argsOf(command: Command): Args {
  return (command.args ?? {}) as Args;
}

export function metaOf(command: Command) {
  return (command.meta ?? {}) as Exclude<typeof command.meta, undefined | Promise<unknown> | (() => unknown)>;
}
