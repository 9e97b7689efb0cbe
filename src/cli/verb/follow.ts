import { defineCommand } from "citty";
import { defineArgs, lineOf } from "../command.ts";
import { serverApi } from "../connection.ts";
import { watchToEnd } from "../follow-execution.ts";
import { progressArg } from "../progress.ts";
import { readId } from "../resource.ts";
import { supervise } from "../supervise.ts";

const args = defineArgs({ id: { type: "positional" }, ...progressArg });

export const follow = defineCommand({
  meta: {
    usage: "ID",
    description: "Follow an execution to its end, and print its output as run does",
    details: "Ctrl-C stops following; the execution goes on.",
    examples: [
      ["Follow one that was started elsewhere", "pawl follow 3kf9x2m"],
      ["Wait at most a minute (exit 124)", "pawl follow 3kf9x2m --timeout 1m"],
    ],
  },
  args,
  async run(given) {
    const context = lineOf(given);
    const id = readId(context.args.id);
    const api = serverApi(context);
    return await supervise(context, {
      api,
      id,
      onInterrupt: "leave",
      onTimeout: "leave",
      isKept: true,
      watch: (signal) => watchToEnd(context, api, id, signal),
    });
  },
});
