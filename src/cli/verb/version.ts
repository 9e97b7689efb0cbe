import { defineCommand } from "citty";
import { commit, version as number } from "../../config/version.ts";
import { lineOf } from "../command.ts";
import { printRecord } from "../record.ts";
import { versionLine } from "../version-line.ts";

export const version = defineCommand({
  meta: {
    usage: "",
    description: "Print the version of this executable",
    examples: [["For scripts", "pawl version -o json"]],
  },
  async run(given) {
    const { printer, globals } = lineOf(given);
    if (globals.output === "table" || globals.output === "wide") {
      printer.line(versionLine());
    } else {
      const record = {
        name: "pawl",
        version: number,
        commit,
        bun: Bun.version,
        platform: process.platform,
        architecture: process.arch,
      };
      await printRecord(printer, globals.output, record, number);
    }
    return 0;
  },
});
