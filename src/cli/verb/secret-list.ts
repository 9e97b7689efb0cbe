import { defineCommand } from "citty";
import { defineArgs, lineOf } from "../command.ts";
import { listSecrets } from "../secret-view.ts";

const args = defineArgs({
  sort: {
    type: "string",
    valueHint: "FIELD",
    description: "Sort by a field of the JSON output; -FIELD turns it round",
  },
});

export const secretList = defineCommand({
  meta: {
    usage: "[--sort FIELD]",
    description: "List the secrets by name, with the times of their last and first setting",
    details: "A value is never shown: nothing but the tasks of workflows gets it.",
    examples: [
      ["All of them", "pawl secret list"],
      ["Which have not been replaced for long", "pawl secret list --sort updatedAt"],
    ],
  },
  args,
  async run(given) {
    const context = lineOf(given);
    await listSecrets(context, { sort: context.args.sort });
    return 0;
  },
});
