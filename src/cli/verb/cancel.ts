import type { Command } from "../command.ts";
import { ask } from "../connection.ts";
import { executionName, executionRecord, statusOf } from "../execution-view.ts";
import { printRecords } from "../record.ts";
import { readId } from "../resource.ts";

const ended = new Set(["completed", "faulted", "cancelled"]);

export const cancel: Command = {
  usage: "ID...",
  summary: "Cancel executions; one that has ended is left as it is",
  examples: [
    ["Cancel one", "pawl cancel 3kf9x2m"],
    ["Cancel all that wait", "pawl cancel $(pawl get executions --status waiting -o name)"],
  ],
  flags: [],
  arguments: { min: 1, max: Number.POSITIVE_INFINITY },
  async run(context) {
    const { printer, notices, globals } = context;
    const executions = [];
    for (const id of context.arguments.map(readId)) {
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
};
