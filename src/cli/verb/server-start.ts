import type { Command } from "../command.ts";
import { clientOptions } from "../connection.ts";
import { printServer } from "../server-view.ts";

export const serverStart: Command = {
  usage: "",
  summary: "Start the background server; one that runs already is left alone",
  examples: [["Start it", "pawl server start"]],
  flags: [],
  arguments: { min: 0, max: 0 },
  async run(context) {
    process.on("SIGINT", () => context.exit(130));
    const { startServer } = await import("../../client/control.ts");
    const { info, started } = await startServer(clientOptions(context));
    await printServer(context, info, `${started ? "started" : "already running"} (pid ${info.pid})`);
    return 0;
  },
};
