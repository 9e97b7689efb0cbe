import { defineCommand } from "citty";
import { chooseHome } from "../../config/home.ts";
import { Failure, type FailureCode } from "../../failure.ts";
import { defineArgs, lineOf, type Values } from "../command.ts";

/** Every option of `config.yaml` that may also be a flag, with what `--help` says about it; hidden: what is refused yet. */
export const settings = defineArgs({
  engine: {
    type: "string",
    valueHint: "KIND",
    description: "Where executions live: sqlite (default), temporal",
  },
  durability: {
    type: "string",
    valueHint: "KIND",
    description: "When to commit: slice (default) or task, after every task",
  },
  "idle-exit": {
    type: "string",
    valueHint: "D",
    description: "End after so long without work; default: never",
  },
  drain: {
    type: "string",
    valueHint: "D",
    description: "How long a stop waits for what is in flight; default 3s",
  },
  retain: {
    type: "string",
    valueHint: "AGE|N",
    description: "Keep ended executions for 12h, 30d, or the newest N; default forever",
  },
  listen: {
    type: "string",
    valueHint: "HOST:PORT",
    description: "Serve the API over TCP too; needs --token-file",
    hidden: true,
  },
  "token-file": {
    type: "string",
    valueHint: "FILE",
    description: "The token that callers over TCP must show",
    hidden: true,
  },
  metrics: {
    type: "string",
    valueHint: "[HOST:]PORT",
    description: "Serve Prometheus metrics; the host is 127.0.0.1 unless given",
  },
  "expression-steps": {
    type: "string",
    valueHint: "N",
    description: "How many steps one expression may take; default 1_000_000",
  },
  "expression-depth": {
    type: "string",
    valueHint: "N",
    description: "How deep its calls and recursions may go; default 10_000",
  },
  "expression-outputs": {
    type: "string",
    valueHint: "N",
    description: "How many outputs it may have; default 50_000",
  },
  "expression-bytes": {
    type: "string",
    valueHint: "N",
    description: "How large a value it may build, in bytes; default 33_554_432",
  },
  "temporal-address": { type: "string", valueHint: "HOST:PORT", description: "The Temporal server" },
  "temporal-namespace": { type: "string", valueHint: "NAME", description: "The Temporal namespace" },
  "temporal-task-queue": { type: "string", valueHint: "NAME", description: "The Temporal task queue" },
  "temporal-api-key-file": {
    type: "string",
    valueHint: "FILE",
    description: "The Temporal API key; or $PAWL_TEMPORAL_API_KEY",
  },
  "temporal-tls": {
    type: "enum",
    valueHint: "WHETHER",
    options: ["true", "false"],
    description: "Encrypt: true or false; default: when a key, CA or certificate is given",
  },
  "temporal-tls-ca-file": {
    type: "string",
    valueHint: "FILE",
    description: "The certificate authority of the Temporal server",
  },
  "temporal-tls-cert-file": {
    type: "string",
    valueHint: "FILE",
    description: "The client's certificate for Temporal",
  },
  "temporal-tls-key-file": {
    type: "string",
    valueHint: "FILE",
    description: "The client's key for Temporal",
  },
  "temporal-tls-server-name": {
    type: "string",
    valueHint: "NAME",
    description: "The name in the certificate of the Temporal server, if not its host",
  },
  "temporal-config-file": {
    type: "string",
    valueHint: "FILE",
    description: "Temporal's own configuration; default temporalio/temporal.toml of the user",
  },
  "temporal-profile": {
    type: "string",
    valueHint: "NAME",
    description: "The profile in it; default: default",
  },
  "queue-when-unavailable": {
    type: "boolean",
    description: "Queue what is started while Temporal is away, instead of refusing it",
  },
  "queue-ttl": {
    type: "string",
    valueHint: "D",
    description: "Give up what is queued after so long; default 24h",
  },
});

const args = defineArgs({
  ...settings,
  spawned: { type: "boolean", description: "Started by a client: readiness goes to fd 3", hidden: true },
});

export const serve = defineCommand({
  meta: {
    usage: "",
    description: "Run the server in the foreground",
    details:
      "Any verb that needs a server starts one in the background; serve is for supervisors, containers and terminals.\n" +
      "Every option can stand in config.yaml in the home, and in a variable such as PAWL_ENGINE.\n" +
      "Exits 4 when a server already runs on this home.",
    examples: [
      ["Run a server for this home", "pawl serve"],
      ["Run one in a directory of its own", "pawl serve --home /srv/pawl"],
    ],
  },
  args,
  async run(given) {
    const { args: values, globals, notices } = lineOf(given);
    const { spawned } = values;
    const { serve: run } = await import("../../compose.ts");
    try {
      return await run({
        home: chooseHome(globals.home),
        foreground: !spawned,
        settings: spawned ? {} : { flags: givenSettings(values), env: process.env },
        onReady: (socket) => {
          if (!spawned) notices.info(`pawl is serving on ${socket} (pid ${process.pid}), Ctrl-C stops it`);
        },
      });
    } catch (error) {
      throw explain(error);
    }
  },
});

/** As text, like in a variable. */
function givenSettings(values: Values<typeof settings>): Record<string, string> {
  const all: Readonly<Record<string, unknown>> = values;
  const given = [...Object.keys(settings), "log-level"].filter((name) => (all[name] ?? false) !== false);
  return Object.fromEntries(given.map((name) => [name, String(all[name])]));
}

/** What the caller did wrong keeps its code; every other reason is that there is no server now (exit 3). */
function explain(error: unknown): unknown {
  const own = new Set<FailureCode>(["already_exists", "invalid_argument", "unimplemented"]);
  if (!(error instanceof Failure) || own.has(error.code)) return error;
  const { message, reason, hint, details, cause } = error;
  return new Failure("unavailable", message, { reason, hint, details, cause });
}
