import type { Command } from "./command.ts";
import { Flags, parseFlags } from "./flags.ts";
import { type Globals, globalFlags, readGlobals } from "./globals.ts";
import { Notices } from "./notices.ts";
import { Printer } from "./printer.ts";
import { verbs, verbsOf } from "./registry.ts";
import { suggest } from "./suggest.ts";
import { usageError } from "./usage-error.ts";

/**
 * Runs one command line and resolves with its exit code. `exit` leaves the process at once, for a second Ctrl-C.
 */
export async function dispatch(tokens: readonly string[], exit: (code: number) => never): Promise<number> {
  const printer = new Printer();
  let globals = guessGlobals(tokens);
  let code: number;
  try {
    const line = await readLine(tokens);
    globals = line.globals;
    const notices = new Notices(globals);
    code = await line.command.run({ ...line, printer, notices, exit });
    await printer.flush();
  } catch (error) {
    const { report } = await import("./report.ts");
    code = await report(error, new Notices(globals), globals);
  }
  await printer.flush().catch(() => {});
  return code;
}

/** What can be known of the global flags before the command line is understood: enough to say why it is not. */
function guessGlobals(tokens: readonly string[]): Globals {
  const guess = readGlobals(new Flags(), "");
  const at = tokens.findIndex((token) => token === "--color" || token.startsWith("--color="));
  const color = tokens[at]?.split("=")[1] ?? tokens[at + 1];
  return at >= 0 && (color === "always" || color === "never") ? { ...guess, color } : guess;
}

interface CommandLine {
  readonly command: Command;
  readonly flags: Flags;
  readonly arguments: readonly string[];
  readonly globals: Globals;
}

async function readLine(tokens: readonly string[]): Promise<CommandLine> {
  const before = parseFlags(tokens, globalFlags.concat(versionFlag), { verb: "", untilFirst: true });
  if (before.first < 0) return helpOrVersion(before.flags);
  const { verb, rest } = findVerb(tokens.slice(before.first));
  // The global flags before the verb are read again together with those after it.
  const given = [...tokens.slice(0, before.first), ...rest];
  if (verb === undefined || before.flags.has("help"))
    return helpOn(verb ?? tokens[before.first]!, before.flags);
  const command = await verbs[verb]!.load();
  const parsed = parseFlags(given, [...command.flags, ...globalFlags], { verb });
  if (parsed.flags.has("help")) return helpOn(verb, parsed.flags);
  checkArguments(command, verb, parsed.arguments);
  return { command, ...parsed, globals: readGlobals(parsed.flags, verb) };
}

const versionFlag = { name: "version", summary: "Print the version" };

/** The verb (undefined: a group alone) and the tokens after it. */
function findVerb(tokens: readonly string[]): { verb: string | undefined; rest: readonly string[] } {
  const [word = "", ...rest] = tokens;
  if (Object.hasOwn(verbs, word)) return { verb: word, rest };
  const group = verbsOf(word);
  if (group.length === 0) throw unknownVerb(word, Object.keys(verbs).map(firstWord));
  const at = rest.findIndex((token) => !token.startsWith("-"));
  const second = rest[at];
  if (second === undefined) return { verb: undefined, rest };
  const verb = `${word} ${second}`;
  if (!Object.hasOwn(verbs, verb)) throw unknownVerb(verb, group);
  return { verb, rest: rest.toSpliced(at, 1) };
}

function unknownVerb(word: string, known: Iterable<string>): Error {
  const nearest = suggest(word, known);
  return usageError(
    `Unknown command "${word}"`,
    "",
    nearest === undefined ? undefined : `Did you mean \`pawl ${nearest}\`?`,
  );
}

function firstWord(verb: string): string {
  return verb.split(" ")[0]!;
}

function checkArguments(command: Command, verb: string, given: readonly string[]): void {
  const { min, max } = command.arguments;
  if (given.length < min) throw usageError(`Missing argument: pawl ${verb} ${command.usage}`, verb);
  if (given.length > max) throw usageError(`Unexpected argument "${given[max]}"`, verb);
}

async function helpOrVersion(flags: Flags): Promise<CommandLine> {
  const bare = flags.has("verbose") && !flags.has("help");
  if (!flags.has("version") && !bare) return helpOn(undefined, flags);
  return { command: await verbs["version"]!.load(), flags, arguments: [], globals: readGlobals(flags, "") };
}

async function helpOn(verb: string | undefined, flags: Flags): Promise<CommandLine> {
  const command = await verbs["help"]!.load();
  return { command, flags, arguments: verb?.split(" ") ?? [], globals: readGlobals(flags, "") };
}
