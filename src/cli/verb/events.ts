import { defineCommand } from "citty";
import type { Clients } from "../../client/client.ts";
import { defineArgs, lineOf } from "../command.ts";
import { endOfStream, serverApi } from "../connection.ts";
import { parseTime } from "../duration.ts";
import { readId } from "../resource.ts";

const args = defineArgs({
  id: { type: "positional", required: false },
  follow: { type: "boolean", alias: "f", description: "Go on with new events" },
  since: {
    type: "string",
    valueHint: "WHEN",
    description: "Only from then on, or after the event with this id",
  },
});

export const events = defineCommand({
  meta: {
    usage: "[ID]",
    description: "Print lifecycle CloudEvents, of one execution or of all, one JSON document per line",
    details:
      "Oldest first. With -f new ones are printed as they happen, also over a restart of the server; of one execution\n" +
      "until it has ended. --since takes a duration (10m), a time (RFC 3339), or the id of the last event seen.",
    examples: [
      ["What happened in one execution", "pawl events 3kf9x2m"],
      ["All that happens from now on", "pawl events -f --since 1ms"],
      ["Go on after the last event seen", "pawl events -f --since 3kf9x2m/000000000012-00003"],
    ],
  },
  args,
  async run(given) {
    const context = lineOf(given);
    const { printer, exit, args } = context;
    process.once("SIGINT", () => exit(130));
    const { follow } = args;
    const id = args.id === undefined ? "" : readId(args.id);
    const since = readSince(args.since);
    const open = ({ executions }: Clients, cursor: string, signal: AbortSignal) =>
      executions.events(
        { id, follow, cursor: cursor || since.cursor, ...(since.time && { since: since.time }) },
        { signal },
      );
    const end = endOfStream(context);
    try {
      for await (const { item } of serverApi(context).stream(open, end.signal)) {
        if (item.case === "event") printer.line(item.value);
      }
    } catch (error) {
      if (!end.signal.aborted) throw error;
    }
    return end.exitCode();
  },
});

interface Since {
  readonly cursor: string;
  readonly time?: { readonly seconds: bigint; readonly nanos: number };
}

function readSince(text: string | undefined): Since {
  if (text === undefined) return { cursor: "" };
  if (text.includes("/")) return { cursor: text.slice(text.lastIndexOf("/") + 1) };
  const atMs = parseTime(text, "--since", "events");
  return { cursor: "", time: { seconds: BigInt(Math.floor(atMs / 1000)), nanos: (atMs % 1000) * 1e6 } };
}
