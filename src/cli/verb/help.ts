import type { Command } from "../command.ts";
import { describeCommand, describeGroup, describeProgram } from "../help-text.ts";
import { verbs, verbsOf } from "../registry.ts";
import { suggest } from "../suggest.ts";
import { usageError } from "../usage-error.ts";

export const help: Command = {
  usage: "[VERB]",
  summary: "Show help, of everything or of one verb",
  examples: [["What run can do", "pawl help run"]],
  flags: [],
  arguments: { min: 0, max: 2 },
  async run({ printer, arguments: words }) {
    const verb = words.join(" ");
    const known = verbs[verb];
    if (verb === "") printer.line(describeProgram());
    else if (Object.hasOwn(verbs, verb) && known !== undefined) {
      printer.line(describeCommand(verb, await known.load()));
    } else if (verbsOf(verb).length > 0) printer.line(describeGroup(verb));
    else {
      const nearest = suggest(verb, Object.keys(verbs));
      const hint = nearest === undefined ? undefined : `Did you mean \`pawl help ${nearest}\`?`;
      throw usageError(`Unknown command "${verb}"`, "", hint);
    }
    return 0;
  },
};
