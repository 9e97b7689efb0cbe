import type { Clients } from "../client/client.ts";
import { Failure } from "../failure.ts";
import type { Execution } from "../gen/pawl/v1/execution_pb.ts";
import type { Line } from "./command.ts";
import type { Api } from "./connection.ts";
import { nextCommand } from "./next-command.ts";
import { createProgress, type progressArg } from "./progress.ts";

/** Follows an execution over restarts of the server until it has ended, showing progress on stderr. */
export async function watchToEnd(
  context: Line<typeof progressArg>,
  api: Api,
  id: string,
  signal: AbortSignal,
): Promise<Execution> {
  const progress = await createProgress(context, id);
  const again = nextCommand(context.globals, `follow ${id}`);
  const open = ({ executions }: Clients, cursor: string, inner: AbortSignal) =>
    executions.watch({ id, cursor, records: progress.wantsRecords }, { signal: inner });
  try {
    for await (const { item } of api.stream(open, signal)) {
      if (item.case === "record") progress.record(item.value);
      else if (item.case === "ended") return progress.ended(item.value);
    }
  } catch (error) {
    throw explain(error, again);
  } finally {
    progress.close();
  }
  throw explain(new Failure("unavailable", "The server ended the stream"), again);
}

function explain(error: unknown, again: string): unknown {
  if (!(error instanceof Failure) || error.code !== "unavailable") return error;
  return new Failure(error.code, error.message, {
    hint: `The execution goes on once a server runs, follow it again: ${again}`,
    cause: error,
    ...(error.reason === undefined ? {} : { reason: error.reason }),
  });
}
