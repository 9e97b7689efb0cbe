import { defineArgs, type Values } from "./command.ts";
import { parseDuration } from "./duration.ts";
import { usageError } from "./usage-error.ts";

/** What every verb understands, before or after the verb. */
export interface Globals {
  readonly home: string | undefined;
  readonly timeoutMs: number | undefined;
  /** False: never start a server. */
  readonly start: boolean;
  readonly output: OutputFormat;
  /** Whether `-o` was given. */
  readonly outputGiven: boolean;
  readonly quiet: boolean;
  readonly logLevel: LogLevel;
  readonly color: "auto" | "always" | "never";
  /** False: never ask anything. */
  readonly prompt: boolean;
}

export const outputFormats = ["table", "wide", "json", "jsonl", "yaml", "name"] as const;
export type OutputFormat = (typeof outputFormats)[number];

export const logLevels = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof logLevels)[number];

export const globalArgs = defineArgs({
  home: {
    type: "string",
    valueHint: "DIR",
    description: "The server's home; default $PAWL_HOME, else the state directory",
  },
  timeout: { type: "string", valueHint: "D", description: "How long it may take, e.g. 500ms, 2s, 1m" },
  "no-start": { type: "boolean", description: "Never start a server" },
  output: {
    type: "enum",
    alias: "o",
    valueHint: "FORMAT",
    options: [...outputFormats],
    description: `How to print: ${outputFormats.join(", ")}`,
  },
  quiet: { type: "boolean", alias: "q", description: "Print data and errors only" },
  verbose: { type: "boolean", alias: "v", description: "Explain what happens on stderr" },
  "log-level": {
    type: "enum",
    valueHint: "LEVEL",
    options: [...logLevels],
    description: `What to explain: ${logLevels.join(", ")}`,
  },
  color: {
    type: "enum",
    valueHint: "WHEN",
    options: ["auto", "always", "never"],
    description: "Colors: auto, always, never",
  },
  "no-input": { type: "boolean", description: "Never ask anything" },
  help: { type: "boolean", alias: "h", description: "Show help" },
});

/** Throws `invalid_argument` for a duration that is none. */
export function readGlobals(values: Values<typeof globalArgs>, verb: string): Globals {
  const { home, timeout, output, quiet, color } = values;
  // From a script whose variable is empty: the usual home would not be meant.
  if (home === "") throw usageError("--home: Expected a directory, got nothing", verb);
  return {
    home,
    timeoutMs: timeout === undefined ? undefined : parseDuration(timeout, "--timeout", verb),
    start: !values["no-start"],
    output: output ?? "table",
    outputGiven: output !== undefined,
    quiet,
    logLevel: values["log-level"] ?? (quiet ? "error" : values.verbose ? "debug" : "info"),
    color: color ?? "auto",
    prompt: !values["no-input"],
  };
}

/** What can be known of them before a command line is understood: enough to say why it is not. */
export function guessGlobals(tokens: readonly string[]): Globals {
  const at = tokens.findIndex((token) => token === "--color" || token.startsWith("--color="));
  const color = at < 0 ? undefined : (tokens[at]!.split("=")[1] ?? tokens[at + 1]);
  return {
    home: undefined,
    timeoutMs: undefined,
    start: true,
    output: "table",
    outputGiven: false,
    quiet: false,
    logLevel: "info",
    color: color === "always" || color === "never" ? color : "auto",
    prompt: true,
  };
}
