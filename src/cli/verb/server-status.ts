import { Failure } from "../../failure.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection.ts";
import { printAbsence, printServer } from "../server-view.ts";

export const serverStatus: Command = {
  usage: "",
  summary: "Show the server's state; exits 3 when none runs",
  examples: [
    ["For people", "pawl server status"],
    ["For scripts", "pawl server status -o json"],
  ],
  flags: [],
  arguments: { min: 0, max: 0 },
  async run(context) {
    const asking = { ...context, globals: { ...context.globals, start: false } };
    try {
      const info = await ask(asking, ({ server }, signal) => server.info({}, { signal }), {
        repeatable: true,
      });
      await printServer(context, info);
      return 0;
    } catch (error) {
      if (!(error instanceof Failure) || error.reason !== "server-not-running") throw error;
      await printAbsence(context);
      return 3;
    }
  },
};
