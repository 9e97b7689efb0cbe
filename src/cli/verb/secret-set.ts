import { defineCommand } from "citty";
import { Failure } from "../../failure.ts";
import { defineArgs, type Line, lineOf } from "../command.ts";
import { ask } from "../connection.ts";
import { askHidden } from "../hidden-input.ts";
import { printRecord } from "../record.ts";
import { isTerminal } from "../style.ts";
import { readBytes } from "../text-source.ts";
import { usageError } from "../usage-error.ts";

/** The server's bound; a little more, so that the server says it. */
const maxBytes = 64 * 1024;

const args = defineArgs({
  name: { type: "positional", required: true, description: "The name" },
  "from-file": { type: "string", valueHint: "FILE", description: "Where the value is; default: stdin" },
});

export const secretSet = defineCommand({
  meta: {
    usage: "NAME",
    description: "Create or replace a secret, whose value comes from stdin, a file or a prompt",
    details:
      "The value is never a flag, where others could see it. On a terminal it is asked for, and not shown; one line end\n" +
      "behind it is not part of it. A value that is a JSON object is that object to workflows, any other is a string.\n" +
      "Workflows use it as $secrets.NAME once they list NAME under use.secrets.",
    examples: [
      ["Ask for it", "pawl secret set github-token"],
      ["Out of a password manager", "pass show github | pawl secret set github-token"],
      ["For basic authentication", "pawl secret set shop --from-file shop.json"],
    ],
  },
  args,
  async run(given) {
    const context = lineOf(given);
    const { name } = context.args;
    const value = await readValue(context);
    const { created } = await ask(
      context,
      ({ secrets }, signal) => secrets.set({ name, value }, { signal }),
      { repeatable: true },
    );
    const { printer, globals } = context;
    const action = created ? "created" : "configured";
    if (globals.output === "table" || globals.output === "wide") printer.line(`secret ${name} ${action}`);
    else await printRecord(printer, globals.output, { name, action }, `secret/${name}`);
    return 0;
  },
});

async function readValue(context: Line<typeof args>): Promise<string> {
  const file = context.args["from-file"];
  if (file === undefined && isTerminal(0)) {
    // Without a terminal for the question nobody would know that it waits.
    if (!context.globals.prompt || !isTerminal(2))
      throw usageError("No value", "secret set", "Pipe it in, or give --from-file");
    return await askHidden(context, `Value of the secret "${context.args.name}": `);
  }
  const bytes = await readBytes(file ?? "-", maxBytes, "a secret");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/\r?\n$/, "");
  } catch {
    throw new Failure("invalid_argument", "The value is not text in UTF-8", {
      reason: "secret-not-text",
      hint: "Encode it, for example in base64, and decode it in the workflow: @base64d",
    });
  }
}
