import type { Flag } from "./command.ts";
import { parseDuration } from "./duration.ts";
import type { Flags } from "./flags.ts";

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

export const globalFlags: readonly Flag[] = [
  { name: "home", value: "DIR", summary: "The server's home; default $PAWL_HOME, else the state directory" },
  { name: "timeout", value: "D", summary: "How long it may take, e.g. 500ms, 2s, 1m" },
  { name: "no-start", summary: "Never start a server" },
  {
    name: "output",
    short: "o",
    value: "FORMAT",
    choices: outputFormats,
    summary: `How to print: ${outputFormats.join(", ")}`,
  },
  { name: "quiet", short: "q", summary: "Print data and errors only" },
  { name: "verbose", short: "v", summary: "Explain what happens on stderr" },
  {
    name: "log-level",
    value: "LEVEL",
    choices: logLevels,
    summary: `What to explain: ${logLevels.join(", ")}`,
  },
  {
    name: "color",
    value: "WHEN",
    choices: ["auto", "always", "never"],
    summary: "Colors: auto, always, never",
  },
  { name: "no-input", summary: "Never ask anything" },
  { name: "help", short: "h", summary: "Show help" },
];

/** Throws `invalid_argument` for a duration that is none. */
export function readGlobals(flags: Flags, verb: string): Globals {
  const timeout = flags.text("timeout");
  const quiet = flags.has("quiet");
  return {
    home: flags.text("home"),
    timeoutMs: timeout === undefined ? undefined : parseDuration(timeout, "--timeout", verb),
    start: !flags.has("no-start"),
    output: (flags.text("output") as OutputFormat | undefined) ?? "table",
    outputGiven: flags.has("output"),
    quiet,
    logLevel:
      (flags.text("log-level") as LogLevel | undefined) ??
      (quiet ? "error" : flags.has("verbose") ? "debug" : "info"),
    color: (flags.text("color") as Globals["color"] | undefined) ?? "auto",
    prompt: !flags.has("no-input"),
  };
}
