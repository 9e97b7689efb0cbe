import type { Command, Context } from "../command.ts";
import { type Api, ask, serverApi } from "../connection.ts";
import { decodeSources, readSource } from "../definition-sources.ts";
import type { Flags } from "../flags.ts";
import { watchToEnd } from "../follow-execution.ts";
import { applySettings, readInput } from "../input.ts";
import { printOutcome } from "../outcome.ts";
import { progressFlag } from "../progress.ts";
import { supervise } from "../supervise.ts";
import { usageError } from "../usage-error.ts";
import { parseRef } from "../workflow-ref.ts";

export const run: Command = {
  usage: "NAME|FILE",
  summary: "Start an execution, follow it to its end, and print its output",
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
  flags: [
    { name: "input", short: "i", value: "JSON|@FILE|-", summary: "The input" },
    {
      name: "set",
      value: "K=V",
      repeat: true,
      summary: "Put a value into the input; K may be a path like a.b, V is JSON or else text",
    },
    { name: "detach", short: "d", summary: "Print the id and do not wait" },
    { name: "detach-on-interrupt", summary: "Let Ctrl-C detach instead of cancel" },
    { name: "id", value: "ID", summary: "The id of the execution; starting the same twice is one execution" },
    { name: "namespace", short: "n", value: "NAME", summary: "The namespace of a name that has none" },
    progressFlag,
    { name: "ephemeral", summary: "Run a FILE in this process, without a server, leaving nothing behind" },
  ],
  arguments: { min: 1, max: 1 },
  async run(context) {
    const request = await readRequest(context);
    if (context.flags.has("ephemeral")) {
      const { withEphemeralApi } = await import("../ephemeral.ts");
      return await withEphemeralApi((api) => runAttached(context, api, request));
    }
    if (context.flags.has("detach")) {
      await ask(context, ({ executions }, signal) => executions.start(request, { signal }), {
        repeatable: true,
      });
      context.printer.line(context.globals.output === "name" ? `execution/${request.id}` : request.id);
      return 0;
    }
    return await runAttached(context, serverApi(context), request);
  },
};

type Request = Awaited<ReturnType<typeof readRequest>>;

async function runAttached(context: Context, api: Api, request: Request): Promise<number> {
  const { id } = request;
  return await supervise(context, { api, id, onEnd: "cancel" }, async ({ interrupt, end }) => {
    await api.call(({ executions }, signal) => executions.start(request, { signal }), {
      repeatable: true,
      signal: interrupt,
    });
    context.notices.debug(`execution ${id} started`);
    return await printOutcome(context, await watchToEnd(context, api, id, end));
  });
}

async function readRequest(context: Context) {
  const { flags } = context;
  const target = context.arguments[0]!;
  if (target === "-" && flags.text("input") === "-") {
    throw usageError(
      "Standard input cannot be both the file and the input",
      "run",
      "Give one of them as a file",
    );
  }
  const isFile = looksLikeFile(target);
  refuseMixtures(flags, target, isFile);
  const what = isFile
    ? { case: "definition" as const, value: (await decodeSources([await readSource(target)]))[0]! }
    : { case: "workflow" as const, value: parseRef(target, "run", flags.text("namespace")) };
  const input = applySettings(await readInput(flags.text("input")), flags.texts("set"), "run");
  return { id: readNewId(flags.text("id")), what, input };
}

function refuseMixtures(flags: Flags, target: string, isFile: boolean): void {
  if (!flags.has("ephemeral")) return;
  if (!isFile) {
    throw usageError(
      `--ephemeral needs a file, "${target}" is a name`,
      "run",
      `Write ./${target} for a file`,
    );
  }
  const detached = ["detach", "detach-on-interrupt"].find((name) => flags.has(name));
  if (detached !== undefined) {
    throw usageError(`--ephemeral cannot go on without this process`, "run", `Leave out --${detached}`);
  }
}

function looksLikeFile(target: string): boolean {
  return target === "-" || /^[./]/.test(target) || /\.(?:ya?ml|json)$/i.test(target);
}

/** Ids of new executions are short, sort by time, and are selected by one double click. */
function readNewId(given: string | undefined): string {
  if (given === undefined) return BigInt(`0x${Bun.randomUUIDv7().replaceAll("-", "")}`).toString(36);
  if (/^[A-Za-z0-9_-]{1,128}$/.test(given)) return given;
  throw usageError(`"${given}" is not an id`, "run", "Use 1 to 128 letters, digits, - and _");
}
