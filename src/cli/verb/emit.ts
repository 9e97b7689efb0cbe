import { defineCommand } from "citty";
import { Failure } from "../../failure.ts";
import { defineArgs, type Line, lineOf } from "../command.ts";
import { ask } from "../connection.ts";
import { readNamed, readText } from "../input.ts";
import { parseJson } from "../json-text.ts";
import { printRecord } from "../record.ts";
import { usageError } from "../usage-error.ts";

/** The most events that go to the server in one call. */
const batchSize = 500;

const args = defineArgs({
  type: { type: "string", valueHint: "TYPE", description: "The type of the event" },
  source: { type: "string", valueHint: "URI", description: "The source of the event; default: pawl:cli" },
  id: { type: "string", valueHint: "ID", description: "The id of the event; default: a new one" },
  subject: { type: "string", valueHint: "TEXT", description: "The subject of the event" },
  data: { type: "string", valueHint: "JSON|@FILE|-", description: "The data of the event" },
  file: {
    type: "string",
    alias: "f",
    valueHint: "FILE",
    description: "CloudEvents as JSON, one per line; - for stdin",
  },
});

export const emit = defineCommand({
  meta: {
    usage: "--type TYPE [--data JSON|@FILE|-] | -f FILE|-",
    description: "Publish CloudEvents",
    details: "Prints how many were new: an event whose source and id are known is not published twice.",
    examples: [
      ["One event", `pawl emit --type com.example.order.placed --data '{"order": 7}'`],
      ["One JSON document per line", "pawl emit -f events.jsonl"],
    ],
  },
  args,
  async run(given) {
    const context = lineOf(given);
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
    else await printRecord(printer, globals.output, { published }, String(published));
    return 0;
  },
});

async function readEvents({ args: given }: Line<typeof args>): Promise<string[]> {
  const { file, type } = given;
  if ((file === undefined) === (type === undefined)) throw usageError("Give either --type or --file", "emit");
  if (file !== undefined) {
    const unfit = (["id", "source", "subject", "data"] as const).find((name) => given[name] !== undefined);
    if (unfit === undefined) return await readLines(file);
    throw usageError(`--${unfit} says nothing about the events of a file`, "emit", "Write it into the file");
  }
  const data =
    given.data === undefined ? undefined : await readText(given.data, { name: "The data", flag: "--data" });
  const event = {
    specversion: "1.0",
    id: given.id ?? Bun.randomUUIDv7(),
    source: given.source ?? "pawl:cli",
    type,
    time: new Date().toISOString(),
    ...(given.subject !== undefined && { subject: given.subject }),
    ...(data && { datacontenttype: "application/json", data: parseJson(data) }),
  };
  return [JSON.stringify(event)];
}

async function readLines(file: string): Promise<string[]> {
  const { name, text } = await readNamed(file);
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const event = parseJson({ text: line, name: `${name}, line ${index + 1},` }) as Record<
      string,
      unknown
    > | null;
    for (const key of ["specversion", "id", "source", "type"]) {
      if (typeof event?.[key] === "string") continue;
      throw new Failure("invalid_argument", `${name}, line ${index + 1}: no "${key}" of a CloudEvent`, {
        hint: "Every line is one CloudEvent with specversion, id, source and type",
      });
    }
    return [line];
  });
}
