import type { Command } from "./command.ts";

/** How a verb is found without loading it. */
export interface Verb {
  /** Sentence case, no period: one line of `pawl --help`. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
  readonly hidden?: boolean;
}

/** Every verb, in the order of `pawl --help`. A verb of two words has its group as the first. */
export const verbs: Readonly<Record<string, Verb>> = {
  validate: {
    summary: "Check definitions, without a server",
    load: async () => (await import("./verb/validate.ts")).validate,
  },
  version: {
    summary: "Print the version",
    load: async () => (await import("./verb/version.ts")).version,
  },
  help: {
    summary: "Show help",
    load: async () => (await import("./verb/help.ts")).help,
  },
};

/** The verbs below a group such as `server`. */
export function verbsOf(group: string): string[] {
  return Object.keys(verbs).filter((verb) => verb.startsWith(`${group} `));
}
