import { chooseHome } from "../../config/home.ts";
import { Failure, type FailureCode } from "../../failure.ts";
import type { Command, Flag } from "../command.ts";

/** Every option of `config.yaml` that may also be a flag, with what `--help` says about it. */
const settings: readonly Flag[] = [
  { name: "engine", value: "KIND", summary: "Where executions live: sqlite (default), temporal" },
  { name: "durability", value: "KIND", summary: "When to commit: slice (default) or task, after every task" },
  { name: "idle-exit", value: "D", summary: "End after so long without work; default: never" },
  { name: "drain", value: "D", summary: "How long a stop waits for what is in flight; default 3s" },
  {
    name: "retain",
    value: "AGE|N",
    summary: "Keep ended executions for 12h, 30d, or the newest N; default forever",
  },
  { name: "listen", value: "HOST:PORT", summary: "Serve the API over TCP too; needs --token-file" },
  { name: "token-file", value: "FILE", summary: "The token that callers over TCP must show" },
  { name: "metrics", value: "HOST:PORT", summary: "Serve Prometheus metrics" },
  { name: "temporal-address", value: "HOST:PORT", summary: "The Temporal server" },
  { name: "temporal-namespace", value: "NAME", summary: "The Temporal namespace" },
  { name: "temporal-task-queue", value: "NAME", summary: "The Temporal task queue" },
  { name: "temporal-api-key-file", value: "FILE", summary: "The Temporal API key" },
  {
    name: "temporal-tls-ca-file",
    value: "FILE",
    summary: "The certificate authority of the Temporal server",
  },
  { name: "temporal-tls-cert-file", value: "FILE", summary: "The client's certificate for Temporal" },
  { name: "temporal-tls-key-file", value: "FILE", summary: "The client's key for Temporal" },
  { name: "queue-when-unavailable", summary: "Keep what is started while the engine is down" },
];

export const serve: Command = {
  usage: "",
  summary: "Run the server in the foreground",
  details:
    "Any verb that needs a server starts one in the background; serve is for supervisors, containers and terminals.\n" +
    "Every option can stand in config.yaml in the home, and in a variable such as PAWL_ENGINE.\n" +
    "Exits 4 when a server already runs on this home.",
  examples: [
    ["Run a server for this home", "pawl serve"],
    ["Run one in a directory of its own", "pawl serve --home /srv/pawl"],
  ],
  flags: [
    ...settings,
    { name: "spawned", summary: "Started by a client: readiness goes to fd 3", hidden: true },
  ],
  arguments: { min: 0, max: 0 },
  async run({ flags, globals, notices }) {
    const spawned = flags.has("spawned");
    const { serve: run } = await import("../../compose.ts");
    const given = Object.fromEntries(
      [...settings.map(({ name }) => name), "log-level"].map((name) => [name, flags.text(name)]),
    );
    try {
      return await run({
        home: chooseHome(globals.home),
        foreground: !spawned,
        settings: spawned ? {} : { flags: given, env: process.env },
        onReady: (socket) => {
          if (!spawned) notices.info(`pawl is serving on ${socket} (pid ${process.pid}), Ctrl-C stops it`);
        },
      });
    } catch (error) {
      throw explain(error);
    }
  },
};

/** What the caller did wrong keeps its code; every other reason is that there is no server now (exit 3). */
function explain(error: unknown): unknown {
  const own = new Set<FailureCode>(["already_exists", "invalid_argument", "unimplemented"]);
  if (!(error instanceof Failure) || own.has(error.code)) return error;
  const { message, reason, hint, details, cause } = error;
  return new Failure("unavailable", message, { reason, hint, details, cause });
}
