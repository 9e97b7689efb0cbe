import { resolve } from "node:path";
import { defineCommand } from "citty";
import { chooseHome, locateHome } from "../../config/home.ts";
import { defineArgs, lineOf } from "../command.ts";
import { printRecord } from "../record.ts";

const args = defineArgs({
  file: { type: "positional", required: true, description: "A file that `pawl server backup` made" },
});

export const serverRestore = defineCommand({
  meta: {
    usage: "FILE",
    description: "Put a backup into a home that has no data yet",
    details:
      "Needs no server, and refuses with exit code 4 while one runs or where there are workflows or executions.\n" +
      "The file is checked in full first. What was under way when the backup was made goes on with the next server:\n" +
      "activities that were in flight then are run again, with the same idempotency keys.",
    examples: [
      ["Restore into the usual home", "pawl server restore pawl-2030-01-31.db"],
      ["Look at a backup in a home of its own", "pawl server restore pawl.db --home /tmp/look"],
    ],
  },
  args,
  async run(given) {
    const context = lineOf(given);
    const { printer, globals } = context;
    process.on("SIGINT", () => context.exit(130));
    const home = chooseHome(globals.home);
    const { restoreHome } = await import("../../compose.ts");
    await restoreHome(home, resolve(context.args.file));
    const { path } = locateHome(home);
    if (globals.output === "table" || globals.output === "wide") printer.line(`restored into ${path}`);
    else await printRecord(printer, globals.output, { home: path }, path);
    return 0;
  },
});
