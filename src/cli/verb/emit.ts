import { Failure } from "../../failure.ts";
import type { Command, Context } from "../command.ts";
import { ask } from "../connection.ts";
import { readText } from "../input.ts";
import { parseJson } from "../json-text.ts";
import { usageError } from "../usage-error.ts";

/** The most events that go to the server in one call. */
const batchSize = 500;

export const emit: Command = {
  usage: "--type TYPE [--data JSON|@FILE|-] | -f FILE|-",
  summary: "Publish CloudEvents",
  details: "Prints how many were new: an event whose source and id are known is not published twice.",
  examples: [
    ["One event", `pawl emit --type com.example.order.placed --data '{"order": 7}'`],
    ["One JSON document per line", "pawl emit -f events.jsonl"],
  ],
  flags: [
    { name: "type", value: "TYPE", summary: "The type of the event" },
    { name: "source", value: "URI", summary: "The source of the event; default: pawl:cli" },
    { name: "id", value: "ID", summary: "The id of the event; default: a new one" },
    { name: "subject", value: "TEXT", summary: "The subject of the event" },
    { name: "data", value: "JSON|@FILE|-", summary: "The data of the event" },
    { name: "file", short: "f", value: "FILE", summary: "CloudEvents as JSON, one per line; - for stdin" },
  ],
  arguments: { min: 0, max: 0 },
  async run(context) {
    const events = await readEvents(context);
    let published = 0;
    for (let from = 0; from < events.length; from += batchSize) {
      const batch = events.slice(from, from + batchSize);
      const answer = await ask(
        context,
        ({ events }, signal) => events.publish({ events: batch }, { signal }),
        {
          repeatable: true,
        },
      );
      published += answer.published;
    }
    const { printer, globals } = context;
    if (globals.output === "table" || globals.output === "wide") printer.line(`${published} published`);
    else printer.line(JSON.stringify({ published }));
    return 0;
  },
};

async function readEvents({ flags }: Context): Promise<string[]> {
  const file = flags.text("file");
  const type = flags.text("type");
  if ((file === undefined) === (type === undefined)) throw usageError("Give either --type or --file", "emit");
  if (file !== undefined) return await readLines(file);
  const given = flags.text("data");
  const data = given === undefined ? undefined : await readText(given);
  const event = {
    specversion: "1.0",
    id: flags.text("id") ?? Bun.randomUUIDv7(),
    source: flags.text("source") ?? "pawl:cli",
    type,
    time: new Date().toISOString(),
    ...(flags.has("subject") && { subject: flags.text("subject") }),
    ...(data && { datacontenttype: "application/json", data: parseJson(data.text, data.name) }),
  };
  return [JSON.stringify(event)];
}

async function readLines(file: string): Promise<string[]> {
  const { name, text } = await readText(file === "-" ? "-" : `@${file}`);
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const event = parseJson(line, `${name}, line ${index + 1},`) as Record<string, unknown> | null;
    for (const key of ["specversion", "id", "source", "type"]) {
      if (typeof event?.[key] === "string") continue;
      throw new Failure("invalid_argument", `${name}, line ${index + 1}: no "${key}" of a CloudEvent`, {
        hint: "Every line is one CloudEvent with specversion, id, source and type",
      });
    }
    return [line];
  });
}
