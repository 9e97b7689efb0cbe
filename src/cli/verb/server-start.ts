import type { Command } from "../command.ts";
import { ask } from "../connection.ts";
import { printServer } from "../server-view.ts";

export const serverStart: Command = {
  usage: "",
  summary: "Start the background server; one that runs already is left alone",
  examples: [["Start it", "pawl server start"]],
  flags: [],
  arguments: { min: 0, max: 0 },
  async run(context) {
    const info = await ask(context, ({ server }, signal) => server.info({}, { signal }), {
      repeatable: true,
    });
    await printServer(context, info, `running (pid ${info.pid})`);
    return 0;
  },
};
