import { runCommand } from "citty";
import type { Command, Context, SomeValues, Values } from "./command.ts";
import { argsOf, argumentCount, flagsOf, metaOf } from "./flag.ts";
import { type Globals, globalArgs, readGlobals } from "./globals.ts";
import { Notices } from "./notices.ts";
import type { Printer } from "./printer.ts";
import { pawl, verbs, verbsOf } from "./registry.ts";
import { readTokens } from "./strict.ts";
import { suggest } from "./suggest.ts";
import { usageError } from "./usage-error.ts";

/** A command line that was understood. */
export interface CommandLine {
  readonly command: Command;
  readonly args: SomeValues;
  readonly globals: Globals;
}

/** Hands a command line to its verb, and resolves with the exit code. */
export async function runCommandLine(
  { command, args, globals }: CommandLine,
  printer: Printer,
  exit: Context["exit"],
): Promise<number> {
  const data: Context = { globals, printer, notices: new Notices(globals), exit };
  // citty reads the arguments again; the flags, which it would read otherwise (strict.ts), come from us.
  const strict = {
    name: "strict",
    setup(line: { args: unknown }) {
      line.args = args;
    },
  };
  const { result } = await runCommand(
    { ...command, plugins: [strict] },
    { rawArgs: ["--", ...args._], data },
  );
  return result as number;
}

/** Finds the verb and reads its flags and arguments. Rejects `invalid_argument`. */
export async function readCommandLine(tokens: readonly string[]): Promise<CommandLine> {
  const before = readTokens(tokens, pawl.args, { verb: "", untilFirst: true });
  if (before.first < 0) return helpOrVersion(before.values);
  const { verb, rest } = findVerb(tokens.slice(before.first));
  if (verb === undefined || before.values.help) {
    return help(verb ?? tokens[before.first]!, before.values);
  }
  const command = await verbs[verb]!();
  // The global flags before the verb are read again together with those after it.
  const given = [...tokens.slice(0, before.first), ...rest];
  const args = { ...argsOf(command), ...globalArgs };
  const { values } = readTokens(given, args, { verb });
  if (values.help) return help(verb, values);
  checkArguments(command, verb, values._);
  return { command, args: values, globals: readGlobals(values, verb) };
}

/**
 * The verb (undefined: a group alone) and the tokens after it. citty's own search takes the value of a bundled flag
 * (`-qo json`) for a verb, and hands neither data down nor a result up.
 */
function findVerb(tokens: readonly string[]): { verb: string | undefined; rest: readonly string[] } {
  const [word = "", ...rest] = tokens;
  if (Object.hasOwn(verbs, word)) return { verb: word, rest };
  const below = verbsOf(word);
  if (below.length === 0) throw unknownVerb(word, Object.keys(pawl.subCommands));
  const at = firstWord(rest);
  if (at < 0) return { verb: undefined, rest };
  const verb = `${word} ${rest[at]}`;
  if (!Object.hasOwn(verbs, verb)) throw unknownVerb(verb, below);
  return { verb, rest: rest.toSpliced(at, 1) };
}

/** Where the first token stands that is neither a flag nor the value of a global one; -1: nowhere. */
function firstWord(tokens: readonly string[]): number {
  const valued = flagsOf(globalArgs).filter(({ value }) => value !== undefined);
  const spellings = new Set(valued.flatMap(({ name, short }) => [`--${name}`, `-${short}`]));
  return tokens.findIndex((token, at) => !token.startsWith("-") && !spellings.has(tokens[at - 1] ?? ""));
}

function unknownVerb(word: string, known: Iterable<string>): Error {
  // `pawl status` is what the fingers type.
  const ofServer = `server ${word}`;
  const nearest = Object.hasOwn(verbs, ofServer) ? ofServer : suggest(word, known);
  const hint = nearest === undefined ? undefined : `Did you mean \`pawl ${nearest}\`?`;
  return usageError(`Unknown command "${word}"`, "", hint);
}

function checkArguments(command: Command, verb: string, given: readonly string[]): void {
  const { min, max } = argumentCount(argsOf(command));
  if (given.length < min) throw usageError(`Missing argument: pawl ${verb} ${metaOf(command).usage}`, verb);
  if (given.length > max) throw usageError(`Unexpected argument "${given[max]}"`, verb);
}

async function helpOrVersion(values: Values<typeof pawl.args>): Promise<CommandLine> {
  const wantsVersion = values.version || (values.verbose && !values.help);
  if (!wantsVersion) return help("", values);
  return { command: await verbs["version"]!(), args: { _: [] }, globals: readGlobals(values, "") };
}

async function help(verb: string, values: Values<typeof globalArgs>): Promise<CommandLine> {
  const words = verb === "" ? [] : verb.split(" ");
  return { command: await verbs["help"]!(), args: { _: words }, globals: readGlobals(values, "") };
}
