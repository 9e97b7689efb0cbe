import { temporal } from "@temporalio/proto";
import { standardError, type WorkflowError } from "../../dsl/error.ts";
import type { Json } from "../../expression/json.ts";
import type { ExecutionStatus } from "../../workflow/lifecycle.ts";
import { orAborted } from "./aborted.ts";
import type { Calls } from "./calls.ts";
import { decodeAll, instantOf } from "./codec.ts";

type Event = temporal.api.history.v1.IHistoryEvent;
const onlyClosing = temporal.api.enums.v1.HistoryEventFilterType.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT;

/** How an execution ended. */
export interface Ending {
  readonly status: ExecutionStatus;
  readonly output?: Json;
  readonly error?: WorkflowError;
  readonly endedAt: number;
}

/** The event that ended a run, which has ended. */
export async function closingEvent(
  calls: Calls,
  workflowId: string,
  runId: string,
): Promise<Event | undefined> {
  const { namespace } = calls;
  const { history } = await calls.make(({ connection }) =>
    connection.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId, runId },
      historyEventFilterType: onlyClosing,
    }),
  );
  return history?.events?.at(-1);
}

/**
 * Waits for the end on Temporal's own long poll, over all runs of the execution from this one on; undefined when the signal
 * aborts before. Rejects `not_found`.
 */
export async function awaitEnding(
  calls: Calls,
  workflowId: string,
  fromRunId: string,
  signal: AbortSignal,
): Promise<Ending | undefined> {
  const { namespace } = calls;
  let runId = fromRunId;
  let nextPageToken: Uint8Array | undefined;
  while (!signal.aborted) {
    const request = {
      namespace,
      execution: { workflowId, runId },
      waitNewEvent: true,
      historyEventFilterType: onlyClosing,
      ...(nextPageToken?.length && { nextPageToken }),
    };
    const page = await orAborted(
      calls.wait(({ connection }) => connection.workflowService.getWorkflowExecutionHistory(request)),
      signal,
    );
    if (!page) return undefined;
    const event = page.history?.events?.at(-1);
    const next = nextRunOf(event);
    if (event && next === "") return endingOf(event);
    nextPageToken = event ? undefined : (page.nextPageToken ?? undefined);
    if (event) runId = next;
  }
  return undefined;
}

/** The run that a run handed over to, by the event that ended it; empty: it is the last one. */
export function nextRunOf(event: Event | undefined): string {
  return event?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? "";
}

/** By the last run's last event. */
export function endingOf(event: Event): Ending {
  const endedAt = instantOf(event.eventTime);
  const completed = event.workflowExecutionCompletedEventAttributes;
  if (completed) {
    return {
      status: "completed",
      output: (decodeAll(completed.result)[0] as Json | undefined) ?? null,
      endedAt,
    };
  }
  const failed = event.workflowExecutionFailedEventAttributes?.failure;
  if (failed) return { status: "faulted", error: errorOf(failed), endedAt };
  if (event.workflowExecutionCanceledEventAttributes) return { status: "cancelled", endedAt };
  const reason = event.workflowExecutionTerminatedEventAttributes?.reason;
  const detail = reason === undefined ? "Temporal ended it" : `It was terminated in Temporal: ${reason}`;
  return { status: "faulted", error: standardError("runtime", detail), endedAt };
}

function errorOf(failure: temporal.api.failure.v1.IFailure): WorkflowError {
  const [error] = decodeAll(failure.applicationFailureInfo?.details);
  if (typeof error === "object" && error !== null) return error as WorkflowError;
  return standardError("runtime", failure.message ?? "It failed in Temporal");
}
