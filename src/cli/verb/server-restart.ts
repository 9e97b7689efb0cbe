import { Failure } from "../../failure.ts";
import type { Command } from "../command.ts";
import { clientOptions } from "../connection.ts";
import { printServer } from "../server-view.ts";

export const serverRestart: Command = {
  usage: "",
  summary: "Stop the server, whatever its state, and start a new one in the background",
  examples: [["Restart it", "pawl server restart"]],
  flags: [],
  arguments: { min: 0, max: 0 },
  async run(context) {
    if (!context.globals.start) {
      const hint = "Leave --no-start out, or stop it: pawl server stop";
      throw new Failure("invalid_argument", "A restart starts a server, --no-start forbids it", { hint });
    }
    process.on("SIGINT", () => context.exit(130));
    const { restartServer } = await import("../../client/control.ts");
    const info = await restartServer(clientOptions(context));
    await printServer(context, info, `restarted (pid ${info.pid})`);
    return 0;
  },
};
