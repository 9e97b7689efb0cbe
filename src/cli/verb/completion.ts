import type { Command, Flag } from "../command.ts";
import { globalFlags } from "../globals.ts";
import { verbs } from "../registry.ts";
import { usageError } from "../usage-error.ts";

export const completion: Command = {
  usage: "bash|zsh|fish",
  summary: "Print a completion script for a shell",
  examples: [
    ["bash, for this shell", "source <(pawl completion bash)"],
    ["zsh, for every shell", `pawl completion zsh > "\${fpath[1]}/_pawl"`],
    ["fish, for every shell", "pawl completion fish > ~/.config/fish/completions/pawl.fish"],
  ],
  flags: [],
  arguments: { min: 1, max: 1 },
  async run({ printer, arguments: [shell] }) {
    const { scripts } = await import("../completion-scripts.ts");
    if (shell === undefined || !Object.hasOwn(scripts, shell)) {
      throw usageError(`Unknown shell "${shell}"`, "completion", "Use bash, zsh or fish");
    }
    const known: CompletedVerb[] = [];
    for (const [name, verb] of Object.entries(verbs)) {
      if (verb.hidden) continue;
      const flags = [...(await verb.load()).flags, ...globalFlags].filter((flag) => !flag.hidden);
      known.push({ name, summary: verb.summary, flags });
    }
    printer.line(scripts[shell]!(known));
    return 0;
  },
};

/** What a completion script knows of a verb. */
export interface CompletedVerb {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
}
