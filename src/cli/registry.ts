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
  apply: {
    summary: "Create or update workflows from files",
    load: async () => (await import("./verb/apply.ts")).apply,
  },
  run: {
    summary: "Start an execution and follow it to its end",
    load: async () => (await import("./verb/run.ts")).run,
  },
  follow: {
    summary: "Follow an execution that is already there",
    load: async () => (await import("./verb/follow.ts")).follow,
  },
  get: {
    summary: "List or show workflows and executions",
    load: async () => (await import("./verb/get.ts")).get,
  },
  describe: {
    summary: "Tell the story of a workflow or an execution",
    load: async () => (await import("./verb/describe.ts")).describe,
  },
  events: {
    summary: "Print lifecycle CloudEvents",
    load: async () => (await import("./verb/events.ts")).events,
  },
  emit: {
    summary: "Publish CloudEvents",
    load: async () => (await import("./verb/emit.ts")).emit,
  },
  cancel: {
    summary: "Cancel executions",
    load: async () => (await import("./verb/cancel.ts")).cancel,
  },
  delete: {
    summary: "Delete workflows or ended executions",
    load: async () => (await import("./verb/delete.ts")).remove,
  },
  validate: {
    summary: "Check definitions, without a server",
    load: async () => (await import("./verb/validate.ts")).validate,
  },
  eval: {
    summary: "Evaluate an expression, without a server",
    load: async () => (await import("./verb/eval.ts")).evaluate,
  },
  serve: {
    summary: "Run the server in the foreground",
    load: async () => (await import("./verb/serve.ts")).serve,
  },
  "server start": {
    summary: "Start the background server",
    load: async () => (await import("./verb/server-start.ts")).serverStart,
  },
  "server stop": {
    summary: "Stop the server",
    load: async () => (await import("./verb/server-stop.ts")).serverStop,
  },
  "server restart": {
    summary: "Stop the server, if there is one, and start a new one",
    load: async () => (await import("./verb/server-restart.ts")).serverRestart,
  },
  "server status": {
    summary: "Show the server's state",
    load: async () => (await import("./verb/server-status.ts")).serverStatus,
  },
  "server logs": {
    summary: "Print the server's log",
    load: async () => (await import("./verb/server-logs.ts")).serverLogs,
  },
  doctor: {
    summary: "Check what a server needs, and say what to do",
    load: async () => (await import("./verb/doctor.ts")).doctor,
  },
  completion: {
    summary: "Print a completion script for a shell",
    load: async () => (await import("./verb/completion.ts")).completion,
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
