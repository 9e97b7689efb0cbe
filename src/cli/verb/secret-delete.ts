import { defineCommand } from "citty";
import { defineArgs, lineOf } from "../command.ts";
import { deleteAll } from "../deletion.ts";
import { deleteSecret } from "../secret-view.ts";

const args = defineArgs({
  names: { type: "positional", repeat: true, description: "The names of the secrets" },
  yes: { type: "boolean", alias: "y", description: "Do not ask" },
});

export const secretDelete = defineCommand({
  meta: {
    usage: "NAME...",
    description: "Delete secrets",
    details:
      "A task that needs one of them afterwards ends in an authorization error, 403. Asks on a terminal unless --yes.",
    examples: [["Delete one", "pawl secret delete github-token --yes"]],
  },
  args,
  async run(given) {
    const context = lineOf(given);
    const { names, yes } = context.args;
    return await deleteAll(context, names, {
      yes,
      describe: (name) => `secret ${name}`,
      remove: async (name) => [await deleteSecret(context, name)],
    });
  },
});
