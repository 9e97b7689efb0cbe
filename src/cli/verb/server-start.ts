import { defineCommand } from "citty";
import { lineOf } from "../command.ts";
import { clientOptions } from "../connection.ts";
import { printServer } from "../server-view.ts";

export const serverStart = defineCommand({
  meta: {
    usage: "",
    description: "Start the background server; one that runs already is left alone",
    examples: [["Start it", "pawl server start"]],
  },
  async run(given) {
    const context = lineOf(given);
    process.on("SIGINT", () => context.exit(130));
    const { startServer } = await import("../../client/control.ts");
    const { info, started } = await startServer(clientOptions(context));
    await printServer(context, info, `${started ? "started" : "already running"} (pid ${info.pid})`);
    return 0;
  },
});
