import type { Command } from "../command.ts";
import { serverApi } from "../connection.ts";
import { watchToEnd } from "../follow-execution.ts";
import { printOutcome } from "../outcome.ts";
import { progressFlag } from "../progress.ts";
import { readId } from "../resource.ts";
import { supervise } from "../supervise.ts";

export const follow: Command = {
  usage: "ID",
  summary: "Follow an execution to its end, and print its output as run does",
  details: "Ctrl-C stops following; the execution goes on.",
  examples: [
    ["Follow one that was started elsewhere", "pawl follow 3kf9x2m"],
    ["Wait at most a minute (exit 124)", "pawl follow 3kf9x2m --timeout 1m"],
  ],
  flags: [progressFlag],
  arguments: { min: 1, max: 1 },
  async run(context) {
    const id = readId(context.arguments[0]!);
    const api = serverApi(context);
    return await supervise(context, { api, id, onEnd: "leave" }, async ({ end }) => {
      return await printOutcome(context, await watchToEnd(context, api, id, end));
    });
  },
};
