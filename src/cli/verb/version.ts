import { commit, version as number } from "../../config/version.ts";
import type { Command } from "../command.ts";
import { printRecord } from "../record.ts";

export const version: Command = {
  usage: "",
  summary: "Print the version of this executable",
  examples: [["For scripts", "pawl version -o json"]],
  flags: [],
  arguments: { min: 0, max: 0 },
  async run({ printer, globals }) {
    if (globals.output === "table" || globals.output === "wide") {
      printer.line(`pawl ${number} (${commit}, ${process.platform} ${process.arch})`);
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
};
