import type { CommandDef } from "citty";
import { type Command, defineArgs } from "./command.ts";
import { globalArgs } from "./globals.ts";

/** A verb as a sub command of citty, loaded when it is called; its summary is there before. */
export type Verb = (() => Promise<Command>) & {
  /** Sentence case, no period: one line of `pawl --help`. */
  readonly summary: string;
};

function verb(summary: string, load: () => Promise<Command>): Verb {
  return Object.assign(load, { summary });
}

const server = {
  subCommands: {
    start: verb("Start the background server", async () => {
      return (await import("./verb/server-start.ts")).serverStart;
    }),
    stop: verb("Stop the server", async () => (await import("./verb/server-stop.ts")).serverStop),
    restart: verb("Stop the server, if there is one, and start a new one", async () => {
      return (await import("./verb/server-restart.ts")).serverRestart;
    }),
    status: verb("Show the server's state", async () => {
      return (await import("./verb/server-status.ts")).serverStatus;
    }),
    logs: verb("Print the server's log", async () => (await import("./verb/server-logs.ts")).serverLogs),
    backup: verb("Copy everything the server stores into a file", async () => {
      return (await import("./verb/server-backup.ts")).serverBackup;
    }),
    restore: verb("Put a backup into a home that has no data yet", async () => {
      return (await import("./verb/server-restore.ts")).serverRestore;
    }),
  },
} satisfies CommandDef;

const secret = {
  subCommands: {
    set: verb("Create or replace a secret", async () => (await import("./verb/secret-set.ts")).secretSet),
    list: verb("List the names of secrets", async () => (await import("./verb/secret-list.ts")).secretList),
    delete: verb("Delete secrets", async () => (await import("./verb/secret-delete.ts")).secretDelete),
  },
} satisfies CommandDef;

/** The whole command line: every verb, in the order of `pawl --help`. */
export const pawl = {
  meta: {
    name: "pawl",
    description: "Runs Open Workflow Specification workflows durably, from one executable",
  },
  args: defineArgs({ ...globalArgs, version: { type: "boolean", description: "Print the version" } }),
  subCommands: {
    apply: verb("Create or update workflows from files", async () => {
      return (await import("./verb/apply.ts")).apply;
    }),
    run: verb("Start an execution and follow it to its end", async () => {
      return (await import("./verb/run.ts")).run;
    }),
    follow: verb("Follow an execution that is already there", async () => {
      return (await import("./verb/follow.ts")).follow;
    }),
    get: verb(
      "List or show workflows, executions and secrets",
      async () => (await import("./verb/get.ts")).get,
    ),
    describe: verb("Tell the story of a workflow or an execution", async () => {
      return (await import("./verb/describe.ts")).describe;
    }),
    events: verb("Print lifecycle CloudEvents", async () => (await import("./verb/events.ts")).events),
    emit: verb("Publish CloudEvents", async () => (await import("./verb/emit.ts")).emit),
    cancel: verb("Cancel executions", async () => (await import("./verb/cancel.ts")).cancel),
    delete: verb("Delete workflows, ended executions or secrets", async () => {
      return (await import("./verb/delete.ts")).remove;
    }),
    validate: verb("Check definitions, without a server", async () => {
      return (await import("./verb/validate.ts")).validate;
    }),
    eval: verb("Evaluate an expression, without a server", async () => {
      return (await import("./verb/eval.ts")).evaluate;
    }),
    export: verb("Write definitions as one file, for another home or engine", async () => {
      return (await import("./verb/export.ts")).exportAll;
    }),
    import: verb("Store the definitions of such a file", async () => {
      return (await import("./verb/import.ts")).importAll;
    }),
    secret,
    serve: verb("Run the server in the foreground", async () => (await import("./verb/serve.ts")).serve),
    server,
    doctor: verb("Check what a server needs, and say what to do", async () => {
      return (await import("./verb/doctor.ts")).doctor;
    }),
    completion: verb("Print a completion script for a shell", async () => {
      return (await import("./verb/completion.ts")).completion;
    }),
    version: verb("Print the version", async () => (await import("./verb/version.ts")).version),
    help: verb("Show help", async () => (await import("./verb/help.ts")).help),
  },
} satisfies CommandDef;

/** Every verb by its words: one of two words is the second below a group, `server start`. */
export const verbs: Readonly<Record<string, Verb>> = Object.fromEntries(
  Object.entries(pawl.subCommands).flatMap(([word, entry]) =>
    typeof entry === "function"
      ? [[word, entry]]
      : Object.entries(entry.subCommands).map(([second, below]) => [`${word} ${second}`, below]),
  ),
);

/** The verbs below a group such as `server`; empty when it is none. */
export function verbsOf(group: string): string[] {
  return Object.keys(verbs).filter((words) => words.startsWith(`${group} `));
}
