import { defineCommand } from "citty";
import { defineArgs, lineOf } from "../command.ts";
import { bash } from "../completion/bash.ts";
import { fish } from "../completion/fish.ts";
import { type CompletedVerb, type Words, wordsOf } from "../completion/words.ts";
import { zsh } from "../completion/zsh.ts";
import { argsOf, flagsOf } from "../flag.ts";
import { globalArgs } from "../globals.ts";
import { verbs } from "../registry.ts";
import { usageError } from "../usage-error.ts";

/** Every script completes verbs, the flags of a verb, and the values of flags that have choices; else files. */
const scripts: Readonly<Record<string, (words: Words) => string>> = { bash, zsh, fish };

const args = defineArgs({ shell: { type: "positional", words: Object.keys(scripts) } });

export const completion = defineCommand({
  meta: {
    usage: "bash|zsh|fish",
    description: "Print a completion script for a shell",
    examples: [
      ["bash, for this shell", "source <(pawl completion bash)"],
      ["zsh, for every shell", `pawl completion zsh > "\${fpath[1]}/_pawl"`],
      ["fish, for every shell", "pawl completion fish > ~/.config/fish/completions/pawl.fish"],
    ],
  },
  args,
  async run(given) {
    const {
      printer,
      args: { shell },
    } = lineOf(given);
    if (!Object.hasOwn(scripts, shell)) {
      throw usageError(`Unknown shell "${shell}"`, "completion", "Use bash, zsh or fish");
    }
    const known: CompletedVerb[] = [];
    for (const [name, verb] of Object.entries(verbs)) {
      const args = argsOf(await verb());
      const flags = flagsOf({ ...args, ...globalArgs }).filter((flag) => !flag.hidden);
      known.push({ name, summary: verb.summary, flags, words: Object.values(args)[0]?.words ?? [] });
    }
    printer.line(scripts[shell]!(wordsOf(known, flagsOf(globalArgs))));
    return 0;
  },
});
