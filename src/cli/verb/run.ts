import { defineCommand } from "citty";
import type { Clients } from "../../client/client.ts";
import type { Execution } from "../../gen/pawl/v1/execution_pb.ts";
import { type Context, defineArgs, type Line, lineOf, namespaceArg } from "../command.ts";
import { type Api, ask, serverApi } from "../connection.ts";
import { decodeSources, readSource } from "../definition-sources.ts";
import { watchToEnd } from "../follow-execution.ts";
import { applySettings, readInput } from "../input.ts";
import { printWhole } from "../outcome.ts";
import { progressArg, showsProgress } from "../progress.ts";
import { supervise } from "../supervise.ts";
import { usageError } from "../usage-error.ts";
import { parseRef } from "../workflow-ref.ts";

const args = defineArgs({
  what: { type: "positional" },
  input: { type: "string", alias: "i", valueHint: "JSON|@FILE|-", description: "The input" },
  set: {
    type: "string",
    valueHint: "K=V",
    repeat: true,
    description: "Put a value into the input; K may be a path like a.b, V is JSON or else text",
  },
  detach: { type: "boolean", alias: "d", description: "Print the id and do not wait" },
  "detach-on-interrupt": { type: "boolean", description: "Let Ctrl-C detach instead of cancel" },
  id: {
    type: "string",
    valueHint: "ID",
    description: "The id of the execution; starting the same twice is one execution",
  },
  traceparent: {
    type: "string",
    valueHint: "HEADER",
    description: "The trace that it belongs to (W3C Trace Context); HTTP calls carry it on",
  },
  ...namespaceArg,
  ...progressArg,
  ephemeral: {
    type: "boolean",
    description: "Run a FILE in this process, without a server, leaving nothing behind",
  },
});

export const run = defineCommand({
  meta: {
    usage: "NAME|FILE",
    description: "Start an execution, follow it to its end, and print its output",
    details:
      "NAME is [namespace/]name[:version]. A FILE ends in .yaml, .yml or .json, starts with . or /, or is - (stdin);\n" +
      "it runs as it stands and is not stored. Prints the output as JSON: indented on a terminal, else on one line.\n" +
      "Ctrl-C cancels the execution; a second Ctrl-C leaves at once. --timeout cancels it and exits 124.",
    examples: [
      ["Run what was applied", `pawl run hello --input '{"name": "Ada"}'`],
      ["Run a file", "pawl run ./hello.yaml --set name=Ada --set tries=3"],
      ["Start it and go on", "pawl run nightly-backup --detach"],
      ["Run a file where there is no server, as in CI", "pawl run --ephemeral ./hello.yaml"],
      ["The whole execution as JSON", "pawl run hello -o json"],
    ],
  },
  args,
  async run(given) {
    const context = lineOf(given);
    const request = await readRequest(context);
    if (context.args.ephemeral) {
      const { withEphemeralApi } = await import("../ephemeral.ts");
      return await withEphemeralApi((api) => runAttached(context, api, request));
    }
    if (context.args.detach) {
      const { execution } = await ask(context, starting(request), { repeatable: true });
      tellPending(context, execution);
      await printStarted(context, execution!);
      return 0;
    }
    return await runAttached(context, serverApi(context, { following: true }), request);
  },
});

/** The id alone, unless `-o` asks for more. */
async function printStarted({ printer, globals }: Context, execution: Execution): Promise<void> {
  if (globals.output === "table" || globals.output === "wide") return printer.line(execution.id);
  await printWhole({ printer, globals }, execution);
}

type Request = Awaited<ReturnType<typeof readRequest>>;

const starting =
  ({ headers, ...request }: Request, waitMs = 0) =>
  ({ executions }: Clients, signal: AbortSignal) =>
    executions.start({ ...request, waitMs }, { signal, headers });

/** What is short needs no second call, unless it is to be watched, or `--timeout` may end before the first. */
const shortMs = 1_000;
const waitMs = (context: Line<typeof args>) =>
  showsProgress(context) || (context.globals.timeoutMs ?? Number.POSITIVE_INFINITY) <= 2 * shortMs
    ? 0
    : shortMs;

async function runAttached(context: Line<typeof args>, api: Api, request: Request): Promise<number> {
  const { id } = request;
  const onInterrupt = context.args["detach-on-interrupt"] ? "leave" : "cancel";
  let started: Execution | undefined;
  return await supervise(context, {
    api,
    id,
    onInterrupt,
    onTimeout: "cancel",
    isKept: !context.args.ephemeral,
    start: async (signal) => {
      started = await startOn(context, api, request, signal);
      tellPending(context, started);
    },
    watch: async (signal) =>
      placeIn(
        request,
        started?.endedAt && !showsProgress(context) ? started : await watchToEnd(context, api, id, signal),
      ),
  });
}

/** Undefined: Ctrl-C came when it may have been started. */
async function startOn(
  context: Line<typeof args>,
  api: Api,
  request: Request,
  signal: AbortSignal,
): Promise<Execution | undefined> {
  let asked = false;
  const start = starting(request, waitMs(context));
  try {
    const { execution } = await api.call(
      (clients, inner) => {
        asked = true;
        return start(clients, inner);
      },
      { repeatable: true, signal },
    );
    context.notices.debug(`execution ${request.id} started`);
    return execution;
  } catch (error) {
    if (asked && signal.aborted) return undefined;
    throw error;
  }
}

/** A server knows a definition by its text, and calls it by the file in which it saw it first: here it is the one that runs. */
function placeIn({ what }: Request, execution: Execution): Execution {
  const { errorPosition } = execution;
  if (what.case !== "definition" || errorPosition === "") return execution;
  const line = errorPosition.slice(errorPosition.lastIndexOf(":"));
  return { ...execution, errorPosition: `${what.value.file}${line}` };
}

/** That it does not run yet is worth a line, also where it is followed without progress. */
function tellPending({ notices }: Context, execution: Execution | undefined): void {
  if (execution?.pendingReason)
    notices.info(`Execution ${execution.id} is pending: ${execution.pendingReason}`);
}

async function readRequest({ args: given }: Line<typeof args>) {
  const target = given.what;
  if (target === "-" && given.input === "-") {
    throw usageError(
      "Standard input cannot be both the file and the input",
      "run",
      "Give one of them as a file",
    );
  }
  const isFile = looksLikeFile(target);
  refuseMixtures(given, isFile);
  const what = isFile
    ? { case: "definition" as const, value: (await decodeSources([await readSource(target)]))[0]! }
    : { case: "workflow" as const, value: parseRef(target, "run", given.namespace) };
  const input = applySettings(await readInput(given.input), given.set, "run");
  return { id: readNewId(given.id), what, input, headers: readTrace(given.traceparent) };
}

function refuseMixtures(given: Line<typeof args>["args"], isFile: boolean): void {
  if (isFile && given.namespace !== undefined) {
    throw usageError("--namespace says nothing about a file", "run", "The namespace stands in the file");
  }
  if (!given.ephemeral) return;
  if (!isFile) {
    throw usageError(
      `--ephemeral needs a file, "${given.what}" is a name`,
      "run",
      `Write ./${given.what} for a file`,
    );
  }
  const detached = (["detach", "detach-on-interrupt"] as const).find((name) => given[name]);
  if (detached !== undefined) {
    throw usageError(`--ephemeral cannot go on without this process`, "run", `Leave out --${detached}`);
  }
}

function looksLikeFile(target: string): boolean {
  return target === "-" || /^[./]/.test(target) || /\.(?:ya?ml|json)$/i.test(target);
}

function readTrace(traceparent: string | undefined): Record<string, string> {
  if (traceparent === undefined) return {};
  if (/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent)) return { traceparent };
  const example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  throw usageError(`"${traceparent}" is not a traceparent`, "run", `Write it as in ${example}`);
}

/** Ids of new executions are short, sort by time, and are selected by one double click. */
function readNewId(given: string | undefined): string {
  if (given === undefined) return BigInt(`0x${Bun.randomUUIDv7().replaceAll("-", "")}`).toString(36);
  if (/^[A-Za-z0-9_-]{1,128}$/.test(given)) return given;
  throw usageError(`"${given}" is not an id`, "run", "Use 1 to 128 letters, digits, - and _");
}
