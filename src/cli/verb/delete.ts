import { defineCommand } from "citty";
import { defineArgs, type Line, lineOf } from "../command.ts";
import { ask } from "../connection.ts";
import { type Deleted, deleteAll } from "../deletion.ts";
import { type Resource, readId, readResource } from "../resource.ts";
import { deleteSecret } from "../secret-view.ts";
import { usageError } from "../usage-error.ts";
import { formatRef, parseRef } from "../workflow-ref.ts";

const args = defineArgs({
  names: { type: "positional", repeat: true, words: ["workflow", "execution", "secret"] },
  yes: { type: "boolean", alias: "y", description: "Do not ask" },
  namespace: {
    type: "string",
    alias: "n",
    valueHint: "NAME",
    description: "The namespace of names that have none",
  },
});

export const remove = defineCommand({
  meta: {
    usage: "workflow|execution|secret NAME...",
    description: "Delete workflows, ended executions or secrets",
    details:
      "Without a version all versions of a workflow are deleted; its running executions go on.\n" +
      "Asks on a terminal unless --yes.",
    examples: [
      ["Delete one version", "pawl delete workflow hello:1.0.0 --yes"],
      ["Delete what failed", "pawl delete $(pawl get executions --status faulted -o name)"],
    ],
  },
  args,
  async run(given) {
    const context = lineOf(given);
    const targets = readTargets(context);
    return await deleteAll(context, targets, {
      yes: context.args.yes,
      describe: ({ kind, name }) => `${kind} ${name}`,
      remove: (target) => removeOne(context, target),
    });
  },
});

interface Target {
  readonly kind: Resource["kind"];
  readonly name: string;
}

function readTargets({ args: { names: words } }: Line<typeof args>): Target[] {
  if (words.every((word) => word.includes("/") && /^[a-z]+\//.test(word) && words[0]!.includes("/"))) {
    return words.map((word) => {
      const { kind, name } = readResource([word], "delete");
      return { kind, name: name! };
    });
  }
  const [kindWord, ...names] = words;
  const { kind } = readResource([kindWord!], "delete");
  if (names.length === 0)
    throw usageError("Missing argument: pawl delete workflow|execution|secret NAME", "delete");
  return names.map((name) => ({ kind, name }));
}

async function removeOne(context: Line<typeof args>, { kind, name }: Target): Promise<Deleted[]> {
  if (kind === "workflow") {
    const workflow = parseRef(name, "delete", context.args.namespace);
    const { deleted } = await ask(
      context,
      ({ workflows }, signal) => workflows.delete({ workflow }, { signal }),
      { repeatable: false },
    );
    return deleted.map((ref) => ({ kind, name: formatRef(ref) }));
  }
  if (kind === "secret") return [await deleteSecret(context, name)];
  const id = readId(name);
  await ask(context, ({ executions }, signal) => executions.delete({ id }, { signal }), {
    repeatable: false,
  });
  return [{ kind, name: id }];
}
