import type { temporal } from "@temporalio/proto";
import { standardError, type WorkflowError } from "../../dsl/error.ts";
import type { Json } from "../../expression/json.ts";
import { Failure } from "../../failure.ts";
import type { ExecutionStatus } from "../../workflow/lifecycle.ts";
import type { ExecutionView } from "../engine.ts";
import { unknownExecution } from "../request/unknown.ts";
import type { Calls } from "./calls.ts";
import type { Catalog } from "./catalog.ts";
import { decode, decodeAll, instantOf } from "./codec.ts";
import { type ExecutionMemo, executionKey, type Origin, type Pinned, type StoredSource } from "./protocol.ts";

type Info = temporal.api.workflow.v1.IWorkflowExecutionInfo;
type Event = temporal.api.history.v1.IHistoryEvent;

/** What Temporal knows of an execution without asking a worker. */
export interface Described {
  readonly id: string;
  readonly key: string;
  /** Of the current run, and of the first. */
  readonly runId: string;
  readonly firstRunId: string;
  readonly status: ExecutionStatus;
  readonly memo: ExecutionMemo;
  readonly startedAt: number;
  readonly endedAt?: number;
}

/** Temporal's numbers of how a workflow stands. */
const standing: Readonly<Record<number, ExecutionStatus | "open">> = {
  1: "open",
  2: "completed",
  3: "faulted",
  4: "cancelled",
  5: "faulted",
  6: "open",
  7: "faulted",
};

/** Single executions, as Temporal keeps them. */
export class Executions {
  readonly #calls: Calls;
  readonly #catalog: Catalog;
  /** Runs that were deleted here: Temporal takes a moment to forget. */
  readonly #deleted = new Set<string>();

  constructor(calls: Calls, catalog: Catalog) {
    this.#calls = calls;
    this.#catalog = catalog;
  }

  /** Undefined when there is none. */
  async describe(id: string): Promise<Described | undefined> {
    const { namespace, taskQueue } = this.#calls;
    const key = executionKey(taskQueue, id);
    const answer = await this.#calls.find(({ connection }) =>
      connection.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId: key } }),
    );
    const info = answer?.workflowExecutionInfo;
    const runId = info?.execution?.runId ?? "";
    if (!info || this.#deleted.has(runId)) return undefined;
    const status = statusOf(info, answer);
    const memo = memoOf(info);
    return {
      id,
      key,
      runId,
      firstRunId: info.firstRunId || runId,
      status,
      memo,
      startedAt: memo.startedAt ?? instantOf(info.startTime),
      ...(info.closeTime &&
        status !== "running" &&
        status !== "waiting" && { endedAt: instantOf(info.closeTime) }),
    };
  }

  async view(id: string): Promise<ExecutionView> {
    const described = await this.describe(id);
    if (!described) throw unknownExecution(id);
    return this.viewOf(described);
  }

  async viewOf(described: Described): Promise<ExecutionView> {
    const { status, memo, startedAt, endedAt, id } = described;
    const { namespace, name, version, revision, parent } = memo;
    const [{ pinned, origin }, ending] = await Promise.all([
      this.#beginning(described),
      endedAt === undefined ? undefined : this.#ending(described),
    ]);
    const error = ending?.error;
    return {
      id,
      status,
      namespace,
      name,
      version,
      revision,
      input: origin.input,
      ...ending,
      ...(error?.instance && { errorPosition: this.#catalog.read(pinned.source).place(error.instance) }),
      ...(parent !== undefined && { parent }),
      startedAt,
      ...(endedAt !== undefined && { endedAt }),
    };
  }

  /** What it is pinned to, as it was given. */
  async source(id: string): Promise<StoredSource> {
    const described = await this.describe(id);
    if (!described) throw unknownExecution(id);
    return (await this.#beginning(described)).pinned.source;
  }

  async cancel(id: string): Promise<void> {
    const described = await this.describe(id);
    if (!described) throw unknownExecution(id);
    if (described.endedAt !== undefined) return;
    // Not found by now: it has ended in between.
    await this.#calls.find(({ client }) => client.workflow.getHandle(described.key).cancel());
  }

  async delete(id: string): Promise<void> {
    const described = await this.describe(id);
    if (!described) throw unknownExecution(id);
    if (described.endedAt === undefined) {
      throw new Failure("failed_precondition", `The execution "${id}" has not ended`, {
        reason: "execution-not-ended",
        hint: "Cancel it first",
      });
    }
    const { namespace } = this.#calls;
    let runId = described.firstRunId;
    while (runId !== "") {
      const workflowExecution = { workflowId: described.key, runId };
      const next = runId === described.runId ? "" : await this.nextRun(described.key, runId);
      await this.#calls.find(({ connection }) =>
        connection.workflowService.deleteWorkflowExecution({ namespace, workflowExecution }),
      );
      this.#forget(runId);
      runId = next;
    }
  }

  /** The run that a run handed over to; empty: it is the last one. */
  async nextRun(key: string, runId: string): Promise<string> {
    const event = await this.#closing(key, runId);
    return event?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? "";
  }

  #forget(runId: string): void {
    this.#deleted.add(runId);
    const [oldest] = this.#deleted;
    if (this.#deleted.size > 10_000 && oldest !== undefined) this.#deleted.delete(oldest);
  }

  async #beginning({ key, firstRunId }: Described): Promise<{ pinned: Pinned; origin: Origin }> {
    const { namespace } = this.#calls;
    const execution = { workflowId: key, runId: firstRunId };
    const { history } = await this.#calls.make(({ connection }) =>
      connection.workflowService.getWorkflowExecutionHistory({ namespace, execution, maximumPageSize: 1 }),
    );
    const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
    const [pinned, origin] = decodeAll(started?.input) as [Pinned, Origin];
    return { pinned, origin };
  }

  async #ending({ key, runId }: Described): Promise<{ output?: Json; error?: WorkflowError }> {
    const event = await this.#closing(key, runId);
    const completed = event?.workflowExecutionCompletedEventAttributes;
    if (completed) return { output: (decodeAll(completed.result)[0] as Json | undefined) ?? null };
    const failed = event?.workflowExecutionFailedEventAttributes?.failure;
    if (failed) return { error: errorOf(failed) };
    if (event?.workflowExecutionCanceledEventAttributes) return {};
    const reason = event?.workflowExecutionTerminatedEventAttributes?.reason;
    const detail = reason === undefined ? "Temporal ended it" : `It was terminated in Temporal: ${reason}`;
    return { error: standardError("runtime", detail) };
  }

  async #closing(workflowId: string, runId: string): Promise<Event | undefined> {
    const { namespace } = this.#calls;
    const { history } = await this.#calls.make(({ connection }) =>
      connection.workflowService.getWorkflowExecutionHistory({
        namespace,
        execution: { workflowId, runId },
        historyEventFilterType: 2,
      }),
    );
    return history?.events?.at(-1);
  }
}

/** dsl.md "Status Phases": waiting while nothing but timers, events and children is awaited. */
function statusOf(
  info: Info,
  {
    pendingActivities,
    pendingWorkflowTask,
  }: temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse,
): ExecutionStatus {
  const status = standing[info.status ?? 1] ?? "open";
  if (status !== "open") return status;
  return pendingWorkflowTask || (pendingActivities ?? []).length > 0 ? "running" : "waiting";
}

export function memoOf(info: Info): ExecutionMemo {
  const fields = Object.entries(info.memo?.fields ?? {});
  return Object.fromEntries(
    fields.map(([name, payload]) => [name, decode(payload)]),
  ) as unknown as ExecutionMemo;
}

function errorOf(failure: temporal.api.failure.v1.IFailure): WorkflowError {
  const [error] = decodeAll(failure.applicationFailureInfo?.details);
  if (typeof error === "object" && error !== null) return error as WorkflowError;
  return standardError("runtime", failure.message ?? "It failed in Temporal");
}
