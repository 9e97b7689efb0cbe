import { defineCommand } from "citty";
import { Failure } from "../../failure.ts";
import type { Execution } from "../../gen/pawl/v1/execution_pb.ts";
import { type Context, defineArgs, lineOf } from "../command.ts";
import { ask } from "../connection.ts";
import { doEach } from "../each.ts";
import { executionName, executionRecord, type Status, statusOf } from "../execution-view.ts";
import { printRecords } from "../record.ts";
import { readId } from "../resource.ts";

const ended = new Set<Status>(["completed", "faulted", "cancelled"]);

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
    const isTable = globals.output === "table" || globals.output === "wide";
    const executions: Execution[] = [];
    const code = await doEach(globals, context.args.ids.map(readId), async (id) => {
      const { was, now } = await cancelOne(context, id);
      executions.push(now);
      const status = statusOf(now);
      if (ended.has(was)) notices.info(`Execution ${id} had already ended: ${was}`);
      else if (isTable) printer.line(`execution ${id} ${ended.has(status) ? status : "cancelling"}`);
    });
    if (!isTable) {
      const names = executions.map(executionName);
      await printRecords(printer, globals.output, executions.map(executionRecord), names);
    }
    return code;
  },
});

async function cancelOne(context: Context, id: string): Promise<{ was: Status; now: Execution }> {
  const was = await statusBefore(context, id);
  const { execution } = await ask(
    context,
    ({ executions }, signal) => executions.cancel({ id }, { signal }),
    {
      repeatable: true,
    },
  );
  return { was, now: execution! };
}

/** One that is damaged can be cancelled all the same: what it was is not told. */
async function statusBefore(context: Context, id: string): Promise<Status> {
  try {
    const { execution } = await ask(context, ({ executions }, signal) => executions.get({ id }, { signal }), {
      repeatable: true,
    });
    return statusOf(execution!);
  } catch (error) {
    if (error instanceof Failure && error.reason === "data-damaged") return "unspecified";
    throw error;
  }
}
