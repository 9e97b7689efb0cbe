import { defineCommand } from "citty";
import { Failure } from "../../failure.ts";
import { lineOf } from "../command.ts";
import { clientOptions } from "../connection.ts";
import { printServer } from "../server-view.ts";

export const serverRestart = defineCommand({
  meta: {
    usage: "",
    description: "Stop the server, whatever its state, and start a new one in the background",
    examples: [["Restart it", "pawl server restart"]],
  },
  async run(given) {
    const context = lineOf(given);
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
});
