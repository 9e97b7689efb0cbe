import { defineCommand } from "citty";
import { defineArgs, lineOf } from "../command.ts";
import { ask } from "../connection.ts";
import { executionName, executionRecord, statusOf } from "../execution-view.ts";
import { printRecords } from "../record.ts";
import { readId } from "../resource.ts";

const ended = new Set(["completed", "faulted", "cancelled"]);

const args = defineArgs({ ids: { type: "positional", repeat: true } });

export const cancel = defineCommand({
  meta: {
    usage: "ID...",
    description: "Cancel executions; one that has ended is left as it is",
    examples: [
      ["Cancel one", "pawl cancel 3kf9x2m"],
      ["Cancel all that wait", "pawl cancel $(pawl get executions --status waiting -o name)"],
    ],
  },
  args,
  async run(given) {
    const context = lineOf(given);
    const { printer, notices, globals } = context;
    const executions = [];
    for (const id of context.args.ids.map(readId)) {
      const before = await ask(context, ({ executions: e }, signal) => e.get({ id }, { signal }), {
        repeatable: true,
      });
      const { execution } = await ask(context, ({ executions: e }, signal) => e.cancel({ id }, { signal }), {
        repeatable: true,
      });
      executions.push(execution!);
      const was = statusOf(before.execution!);
      if (ended.has(was)) notices.info(`Execution ${id} had already ended: ${was}`);
      else if (globals.output === "table" || globals.output === "wide") {
        printer.line(
          `execution ${id} ${ended.has(statusOf(execution!)) ? statusOf(execution!) : "cancelling"}`,
        );
      }
    }
    if (globals.output !== "table" && globals.output !== "wide") {
      const names = executions.map(executionName);
      await printRecords(printer, globals.output, executions.map(executionRecord), names);
    }
    return 0;
  },
});
