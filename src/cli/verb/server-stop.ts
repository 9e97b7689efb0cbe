import { defineCommand } from "citty";
import { lineOf } from "../command.ts";
import { clientOptions } from "../connection.ts";
import { printAbsence } from "../server-view.ts";

export const serverStop = defineCommand({
  meta: {
    usage: "",
    description: "Stop the server; what it was doing goes on after the next start",
    details:
      "Also when there is none, which is fine. A server that does not stop by itself is ended by force.",
    examples: [["Stop it", "pawl server stop"]],
  },
  async run(given) {
    const context = lineOf(given);
    process.on("SIGINT", () => context.exit(130));
    const { stopServer } = await import("../../client/control.ts");
    const stopped = await stopServer(clientOptions(context, { start: false }));
    await printAbsence(context, stopped ? "stopped" : "not running");
    return 0;
  },
});
