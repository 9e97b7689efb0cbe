import type { Command } from "../command.ts";
import { clientOptions } from "../connection.ts";
import { printAbsence } from "../server-view.ts";

export const serverStop: Command = {
  usage: "",
  summary: "Stop the server; what it was doing goes on after the next start",
  details: "Also when there is none, which is fine. A server that does not stop by itself is ended by force.",
  examples: [["Stop it", "pawl server stop"]],
  flags: [],
  arguments: { min: 0, max: 0 },
  async run(context) {
    process.on("SIGINT", () => context.exit(130));
    const { stopServer } = await import("../../client/control.ts");
    const stopped = await stopServer(clientOptions(context, { start: false }));
    await printAbsence(context, stopped ? "stopped" : "not running");
    return 0;
  },
};
