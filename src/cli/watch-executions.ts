import type { Clients } from "../client/client.ts";
import { Failure } from "../failure.ts";
import type { Execution } from "../gen/pawl/v1/execution_pb.ts";
import type { Context } from "./command.ts";
import { ask, endOfStream, serverApi } from "./connection.ts";
import { executionKind } from "./execution-view.ts";
import { printRecords } from "./record.ts";
import { stdoutStyle } from "./style.ts";
import { formatTable } from "./table.ts";

export interface ExecutionFilter {
  readonly namespace: string;
  readonly workflow: string;
  readonly statuses: readonly number[];
}

/** What has no end cannot be one JSON document: it is one per line. */
export function streamed<C extends Context>(context: C): C {
  const { globals } = context;
  return globals.output === "json" ? { ...context, globals: { ...globals, output: "jsonl" } } : context;
}

/** Rows that say how wide the columns are. */
const rememberedRows = 100;

/**
 * After a list: one more row whenever a matching execution starts, changes or ends, until Ctrl-C or the end of
 * `--timeout`. Answers the exit code.
 */
export async function watchExecutions(
  context: Context,
  filter: ExecutionFilter,
  listed: readonly Execution[],
  sinceMs: number,
): Promise<number> {
  const since = { seconds: BigInt(Math.floor(sinceMs / 1000)), nanos: (sinceMs % 1000) * 1e6 };
  const open = ({ executions }: Clients, cursor: string, signal: AbortSignal) =>
    executions.events({ id: "", cursor, follow: true, ...(cursor === "" && { since }) }, { signal });
  const end = endOfStream(context);
  let rows = listed.slice(0, rememberedRows);
  try {
    for await (const { item } of serverApi(context).stream(open, end.signal)) {
      const id = item.case === "event" ? changedExecution(item.value) : undefined;
      const execution = id === undefined ? undefined : await find(context, id);
      if (execution === undefined || !matches(execution, filter)) continue;
      // By the time it is asked for, an execution may be past the event that made us ask.
      if (rows.some((row) => row.id === execution.id && row.status === execution.status)) continue;
      rows = [...rows.filter((row) => row.id !== execution.id).slice(1 - rememberedRows), execution];
      await printRow(context, rows);
    }
  } catch (error) {
    if (!end.signal.aborted) throw error;
  }
  return end.exitCode();
}

/** The execution of a lifecycle event about a workflow; undefined for those about tasks. */
function changedExecution(event: string): string | undefined {
  const { type, subject } = JSON.parse(event) as { type: string; subject: string };
  return type.includes(".workflow.") ? subject : undefined;
}

/** Undefined when it was deleted meanwhile, or is damaged: that is no reason not to show others. */
async function find(context: Context, id: string): Promise<Execution | undefined> {
  try {
    const { execution } = await ask(context, ({ executions }, signal) => executions.get({ id }, { signal }), {
      repeatable: true,
    });
    return execution;
  } catch (error) {
    if (error instanceof Failure && (error.code === "not_found" || error.reason === "data-damaged"))
      return undefined;
    throw error;
  }
}

function matches({ workflow, status }: Execution, filter: ExecutionFilter): boolean {
  return (
    (filter.namespace === "" || workflow?.namespace === filter.namespace) &&
    (filter.workflow === "" || workflow?.name === filter.workflow) &&
    (filter.statuses.length === 0 || filter.statuses.includes(status))
  );
}

/** Prints the last row, aligned with those before it. */
async function printRow({ printer, globals }: Context, rows: readonly Execution[]): Promise<void> {
  const kind = executionKind(Date.now(), stdoutStyle(globals.color));
  const row = rows.at(-1)!;
  if (globals.output === "table" || globals.output === "wide") {
    printer.line(formatTable(kind.columns, rows, { wide: globals.output === "wide" }).at(-1)!);
  } else {
    await printRecords(printer, globals.output, [kind.record(row)], [kind.name(row)]);
  }
}
