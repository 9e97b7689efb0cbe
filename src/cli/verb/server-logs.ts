import { defineCommand } from "citty";
import { chooseHome, locateHome } from "../../config/home.ts";
import { type Context, defineArgs, type Line, lineOf } from "../command.ts";
import { parseTime } from "../duration.ts";
import { type LogLevel, logLevels } from "../globals.ts";
import { readServerLog } from "../server-log.ts";
import { type Style, stdoutStyle } from "../style.ts";
import { usageError } from "../usage-error.ts";
import { printable } from "../wire.ts";

const args = defineArgs({
  follow: { type: "boolean", alias: "f", description: "Go on with new lines" },
  since: {
    type: "string",
    valueHint: "WHEN",
    description: "Only from then on: a duration (10m) or a time (RFC 3339)",
  },
  level: {
    type: "enum",
    valueHint: "LEVEL",
    options: [...logLevels],
    description: `Only lines at least so grave: ${logLevels.join(", ")}`,
  },
  tail: { type: "string", valueHint: "N", description: "Only the last N lines of what is there" },
});

export const serverLogs = defineCommand({
  meta: {
    usage: "",
    description: "Print the server's log, also when no server runs",
    examples: [
      ["What went wrong lately", "pawl server logs --since 1h --level warn"],
      ["The last lines, and those to come", "pawl server logs --tail 20 -f"],
      ["As it is written, one JSON document per line", "pawl server logs -o jsonl"],
    ],
  },
  args,
  async run(given) {
    const context = lineOf(given);
    const { globals, printer, notices, exit } = context;
    process.on("SIGINT", () => exit(130));
    const { logs, path } = locateHome(chooseHome(globals.home));
    const reading = {
      wanted: readFilter(context),
      tail: readTail(context),
      follow: context.args.follow,
      signal: printer.closed,
    };
    const format = formatter(context);
    let printed = 0;
    for await (const line of readServerLog(logs, reading)) {
      printer.line(format(line));
      printed++;
    }
    if (printed === 0) notices.info(`Nothing in the log of "${path}"`);
    return 0;
  },
});

type Entry = { time?: unknown; level?: unknown; message?: unknown } & Record<string, unknown>;

function readFilter({ args: { since, level } }: Line<typeof args>): (line: string) => boolean {
  const sinceMs = since === undefined ? undefined : parseTime(since, "--since", "server logs");
  const least = logLevels.indexOf(level ?? "debug");
  return (line) => {
    const entry = parse(line);
    if (entry === undefined) return sinceMs === undefined && level === undefined;
    if (sinceMs !== undefined && !(Date.parse(String(entry.time)) >= sinceMs)) return false;
    return logLevels.indexOf(entry.level as LogLevel) <= least;
  };
}

function formatter({ globals }: Context): (line: string) => string {
  if (globals.output !== "table" && globals.output !== "wide") return (line) => line;
  const style = stdoutStyle(globals.color);
  return (line) => {
    const entry = parse(line);
    return entry === undefined ? printable(line) : formatEntry(entry, style);
  };
}

function formatEntry({ time, level, message, ...fields }: Entry, style: Style): string {
  const word = String(level);
  const color = word === "error" ? style.red : word === "warn" ? style.yellow : style.cyan;
  const rest = Object.entries(fields).map(([name, value]) => {
    return `${style.dim(`${name}=`)}${typeof value === "string" ? value : JSON.stringify(value)}`;
  });
  return [style.dim(String(time)), color(word.padEnd(5)), String(message), ...rest].map(keepLine).join(" ");
}

function keepLine(text: string): string {
  return text.replaceAll("\n", "\\n");
}

function parse(line: string): Entry | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === "object" && entry !== null ? (entry as Entry) : undefined;
  } catch {
    return undefined;
  }
}

function readTail({ args: { tail: text } }: Line<typeof args>): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,6}$/.test(text)) throw usageError(`"${text}" is not a number for --tail`, "server logs");
  return Number(text);
}
