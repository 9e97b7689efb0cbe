import { resolve } from "node:path";
import { defineCommand } from "citty";
import { defineArgs, lineOf } from "../command.ts";
import { clientOptions } from "../connection.ts";
import { printRecord } from "../record.ts";

/** A store of any size is copied and read once. */
const deadlineMs = 24 * 3_600_000;

const args = defineArgs({
  file: { type: "positional", required: true, description: "The new file" },
});

export const serverBackup = defineCommand({
  meta: {
    usage: "FILE",
    description: "Copy everything the server stores into a new file, while it goes on working",
    details:
      "The file holds all that was acknowledged before: workflows, executions and their history. It is complete and\n" +
      "read once in full before this ends with 0; nothing is left behind otherwise. An existing file is not overwritten.",
    examples: [
      ["Back up", "pawl server backup pawl-2030-01-31.db"],
      ["Back up, and keep it small", "pawl server backup /var/backups/pawl.db && gzip /var/backups/pawl.db"],
    ],
  },
  args,
  async run(given) {
    const context = lineOf(given);
    process.on("SIGINT", () => context.exit(130));
    const path = resolve(context.args.file);
    const { call } = await import("../../client/client.ts");
    const options = clientOptions(context, { deadlineMs: context.globals.timeoutMs ?? deadlineMs });
    const { bytes } = await call(options, ({ server }, signal) => server.backup({ path }, { signal }), {
      repeatable: false,
    });
    const { verifyBackup } = await import("../../compose.ts");
    verifyBackup(path);
    const { printer, globals } = context;
    if (globals.output === "table" || globals.output === "wide") {
      printer.line(`backed up to ${path} (${megabytes(Number(bytes))})`);
    } else await printRecord(printer, globals.output, { file: path, bytes: Number(bytes) }, path);
    return 0;
  },
});

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
