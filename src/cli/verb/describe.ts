import { defineCommand } from "citty";
import { type Context, defineArgs, type Line, lineOf, namespaceArg } from "../command.ts";
import { ask } from "../connection.ts";
import { executionStory } from "../execution-story.ts";
import { executionName, executionRecord } from "../execution-view.ts";
import { printRecord } from "../record.ts";
import { readId, readResource } from "../resource.ts";
import { stdoutStyle } from "../style.ts";
import { taskRuns } from "../task-runs.ts";
import { usageError } from "../usage-error.ts";
import { parseRef } from "../workflow-ref.ts";
import { workflowStory } from "../workflow-story.ts";
import { fullWorkflowRecord, workflowName } from "../workflow-view.ts";

const args = defineArgs({
  kind: { type: "positional", words: ["workflow", "execution"] },
  name: { type: "positional", required: false },
  ...namespaceArg,
});

export const describe = defineCommand({
  meta: {
    usage: "workflow NAME | execution ID",
    description: "Tell the story of a workflow or an execution",
    details:
      "Of an execution: every task with its duration, attempts and data, the cause of a fault with its place in the\n" +
      "definition, and what to type next. Data is cut short; -o wide shows it whole, -o json for programs.\n" +
      "Of a long execution the first and the last tasks are told, and pawl events tells everything.",
    examples: [
      ["Why did it fail", "pawl describe execution 3kf9x2m"],
      ["What does it do, and how did it go lately", "pawl describe workflow hello"],
    ],
  },
  args,
  async run(given) {
    const context = lineOf(given);
    const { kind, name } = readResource(context.args._, "describe");
    if (name === undefined) {
      throw usageError("Missing argument: pawl describe workflow NAME | execution ID", "describe");
    }
    if (kind === "secret") throw usageError("There is nothing to tell about a secret", "describe");
    if (kind === "workflow") await describeWorkflow(context, name);
    else await describeExecution(context, readId(name));
    return 0;
  },
});

async function describeExecution(context: Context, id: string): Promise<void> {
  const { printer, globals } = context;
  const { execution, records, positions, errorSource, firstRecords } = await ask(
    context,
    ({ executions }, signal) => executions.describe({ id }, { signal }),
    { repeatable: true },
  );
  const tasks = taskRuns(records, positions, firstRecords);
  if (globals.output !== "table" && globals.output !== "wide") {
    const record = {
      ...executionRecord(execution!),
      errorSource: errorSource || null,
      tasks: tasks.map(({ startedMs: _, beforeGap: _gap, ...task }) => task),
      leftOutAfter: firstRecords === 0 ? null : tasks.filter(({ beforeGap }) => beforeGap).length,
    };
    await printRecord(printer, globals.output, record, executionName(execution!));
    return;
  }
  const options = {
    errorSource,
    nowMs: Date.now(),
    whole: globals.output === "wide",
    style: stdoutStyle(globals.color),
    home: globals.home,
  };
  for (const line of executionStory(execution!, tasks, options)) printer.line(line);
}

async function describeWorkflow(context: Line<typeof args>, name: string): Promise<void> {
  const { printer, globals } = context;
  const ref = parseRef(name, "describe", context.args.namespace);
  const { workflow, executions } = await ask(
    context,
    async (clients, signal) => {
      const { workflow } = await clients.workflows.get({ workflow: ref }, { signal });
      const { namespace, name } = workflow!;
      const list = { namespace, workflow: name, limit: 10 };
      return { workflow: workflow!, ...(await clients.executions.list(list, { signal })) };
    },
    { repeatable: true },
  );
  if (globals.output !== "table" && globals.output !== "wide") {
    const record = { ...(await fullWorkflowRecord(workflow)), executions: executions.map(executionRecord) };
    await printRecord(printer, globals.output, record, workflowName(workflow));
    return;
  }
  const options = { nowMs: Date.now(), style: stdoutStyle(globals.color), home: globals.home };
  for (const line of workflowStory(workflow, executions, options)) printer.line(line);
}
