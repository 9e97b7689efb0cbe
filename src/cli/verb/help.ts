import { defineCommand } from "citty";
import { defineArgs, lineOf } from "../command.ts";
import { describeCommand, describeGroup, describeProgram } from "../help-text.ts";
import { verbs, verbsOf } from "../registry.ts";
import { suggest } from "../suggest.ts";
import { usageError } from "../usage-error.ts";

const firstWords = [...new Set(Object.keys(verbs).map((words) => words.split(" ")[0]!))];

const args = defineArgs({
  verb: { type: "positional", required: false, words: firstWords },
  second: { type: "positional", required: false },
});

export const help = defineCommand({
  meta: {
    usage: "[VERB]",
    description: "Show help, of everything or of one verb",
    examples: [["What run can do", "pawl help run"]],
  },
  args,
  async run(given) {
    const {
      printer,
      args: { _: words },
    } = lineOf(given);
    const verb = words.join(" ");
    const known = verbs[verb];
    if (verb === "") printer.line(describeProgram());
    else if (Object.hasOwn(verbs, verb) && known !== undefined) {
      printer.line(describeCommand(verb, await known()));
    } else if (verbsOf(verb).length > 0) printer.line(describeGroup(verb));
    else {
      const nearest = suggest(verb, Object.keys(verbs));
      const hint = nearest === undefined ? undefined : `Did you mean \`pawl help ${nearest}\`?`;
      throw usageError(`Unknown command "${verb}"`, "", hint);
    }
    return 0;
  },
});
