import { defineCommand } from "citty";
import { lineOf } from "../command.ts";
import { clientOptions } from "../connection.ts";
import { nextCommand } from "../next-command.ts";
import { printAbsence, printPhase, printServer } from "../server-view.ts";

export const serverStatus = defineCommand({
  meta: {
    usage: "",
    description: "Show the server's state; exits 3 when none runs",
    examples: [
      ["For people", "pawl server status"],
      ["For scripts", "pawl server status -o json"],
    ],
  },
  async run(given) {
    const context = lineOf(given);
    process.on("SIGINT", () => context.exit(130));
    const { serverStatus: inspect } = await import("../../client/control.ts");
    const status = await inspect(clientOptions(context, { start: false }));
    if (!status.running) {
      await printAbsence(context, "not running");
      const start = nextCommand(context.globals, "server start");
      context.notices.info(`Any verb that needs a server starts one, and so does: ${start}`);
      return 3;
    }
    if (status.phase === "serving") await printServer(context, status.info);
    else await printPhase(context, status.phase, status.pid);
    return 0;
  },
});
