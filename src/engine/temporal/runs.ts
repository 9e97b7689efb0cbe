import type { temporal } from "@temporalio/proto";
import type { Calls } from "./calls.ts";
import { decodeAll } from "./codec.ts";
import type { Carried, Origin, Pinned } from "./protocol.ts";

/** What one run of an execution was started with. */
export interface RunStart {
  readonly pinned: Pinned;
  readonly origin: Origin;
  /** Absent: it is the first. */
  readonly carried?: Carried;
  /** The run before it; empty: it is the first. */
  readonly previous: string;
}

/** Undefined when Temporal does not have the run any more. */
export async function startOfRun(
  calls: Calls,
  workflowId: string,
  runId: string,
): Promise<RunStart | undefined> {
  const { namespace } = calls;
  const answer = await calls.find(({ connection }) =>
    connection.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId, runId },
      maximumPageSize: 1,
    }),
  );
  const started = startedOf(answer?.history?.events?.[0]);
  if (!started) return undefined;
  const [pinned, origin, carried] = decodeAll(started.input) as [Pinned, Origin, Carried?];
  return { pinned, origin, ...(carried && { carried }), previous: started.continuedExecutionRunId ?? "" };
}

/**
 * The runs up to one, oldest first, back to the one that told of a record: Temporal forgets those that ended longer ago than
 * its retention, whatever becomes of the execution.
 */
export async function runsUpTo(
  calls: Calls,
  { key, runId, firstRunId }: { readonly key: string; readonly runId: string; readonly firstRunId: string },
  record: number,
): Promise<string[]> {
  if (runId === firstRunId) return [runId];
  const runs: string[] = [];
  for (let next = runId; next !== ""; ) {
    const start = await startOfRun(calls, key, next);
    if (!start) break;
    runs.unshift(next);
    next = (start.carried?.records ?? 0) > record ? start.previous : "";
  }
  return runs;
}

function startedOf(event: temporal.api.history.v1.IHistoryEvent | undefined) {
  return event?.workflowExecutionStartedEventAttributes;
}
