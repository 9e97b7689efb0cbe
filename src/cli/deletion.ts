import type { Context } from "./command.ts";
import { confirm } from "./confirm.ts";
import { doEach } from "./each.ts";
import { printRecords } from "./record.ts";

/** What was deleted; `name` as verbs take it behind the kind. */
export interface Deleted {
  readonly kind: "workflow" | "execution" | "secret";
  readonly name: string;
}

/** Asks, deletes one thing after the other, and prints what is gone. Answers the exit code. */
export async function deleteAll<T>(
  context: Context,
  targets: readonly T[],
  options: {
    readonly yes: boolean;
    readonly describe: (target: T) => string;
    readonly remove: (target: T) => Promise<readonly Deleted[]>;
  },
): Promise<number> {
  const { printer, notices, globals } = context;
  if (!(await confirm(context, options.yes, `Delete ${targets.map(options.describe).join(", ")}?`))) {
    notices.error("Nothing was deleted");
    return 1;
  }
  const isTable = globals.output === "table" || globals.output === "wide";
  const deleted: Deleted[] = [];
  try {
    return await doEach(globals, targets, async (target) => {
      const gone = await options.remove(target);
      deleted.push(...gone);
      if (isTable) for (const { kind, name } of gone) printer.line(`${kind} ${name} deleted`);
    });
  } finally {
    if (!isTable) {
      const records = deleted.map((gone) => ({ ...gone, action: "deleted" }));
      const names = deleted.map(({ kind, name }) => `${kind}/${name}`);
      await printRecords(printer, globals.output, records, names);
    }
  }
}
