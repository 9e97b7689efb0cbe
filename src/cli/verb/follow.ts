import type { Command } from "../command.ts";
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
    return await supervise(context, id, "leave", async (signal) => {
      return await printOutcome(context, await watchToEnd(context, id, signal));
    });
  },
};
