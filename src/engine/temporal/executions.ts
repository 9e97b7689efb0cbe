import type { temporal } from "@temporalio/proto";
import { Failure } from "../../failure.ts";
import type { ExecutionStatus } from "../../workflow/lifecycle.ts";
import type { ExecutionView } from "../engine.ts";
import { unknownExecution } from "../request/unknown.ts";
import { type Beginning, Beginnings } from "./beginnings.ts";
import type { Calls } from "./calls.ts";
import type { Catalog } from "./catalog.ts";
import { awaitEnding, closingEvent, type Ending, endingOf } from "./closing.ts";
import { decode, instantOf } from "./codec.ts";
import { type ExecutionMemo, executionKey, type StoredSource } from "./protocol.ts";
import { runsUpTo, startOfRun } from "./runs.ts";

type Info = temporal.api.workflow.v1.IWorkflowExecutionInfo;

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
  /** On Temporal's own clock, which records have, too: nothing was told before. 0 when that is not known. */
  readonly bornAt: number;
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
  readonly #beginnings = new Beginnings();
  /** Runs that were deleted here: Temporal takes a moment to forget. */
  readonly #deleted = new Set<string>();

  constructor(calls: Calls, catalog: Catalog) {
    this.#calls = calls;
    this.#catalog = catalog;
  }

  /** The run that Temporal still has of an execution that was deleted here. */
  async deletedRun(id: string): Promise<string | undefined> {
    const runId = (await this.#ask(id))?.workflowExecutionInfo?.execution?.runId ?? "";
    return this.#deleted.has(runId) ? runId : undefined;
  }

  #ask(id: string) {
    const { namespace, taskQueue } = this.#calls;
    const execution = { workflowId: executionKey(taskQueue, id) };
    return this.#calls.find(({ connection }) =>
      connection.workflowService.describeWorkflowExecution({ namespace, execution }),
    );
  }

  /** Undefined when there is none. */
  async describe(id: string): Promise<Described | undefined> {
    const key = executionKey(this.#calls.taskQueue, id);
    const answer = await this.#ask(id);
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
      // Of a later run, it is the beginning of that run.
      bornAt: (info.firstRunId || runId) === runId ? instantOf(info.startTime) : 0,
      ...(info.closeTime &&
        status !== "running" &&
        status !== "waiting" && { endedAt: instantOf(info.closeTime) }),
    };
  }

  async view(id: string): Promise<ExecutionView> {
    return this.viewOf(await this.#described(id));
  }

  async viewOf(described: Described): Promise<ExecutionView> {
    const [beginning, ending] = await Promise.all([
      this.#beginning(described),
      described.endedAt === undefined ? undefined : this.#ending(described),
    ]);
    return this.#viewOf(beginning, ending ?? described);
  }

  /** Once it has ended; undefined when the signal aborts before that. Rejects `not_found`. */
  async ended(id: string, signal: AbortSignal): Promise<ExecutionView | undefined> {
    const known = this.#beginnings.get(id);
    const described = known ? undefined : await this.#described(id);
    const beginning = known ?? (await this.#beginning(described!));
    const runId = described?.runId ?? beginning.firstRunId;
    const key = executionKey(this.#calls.taskQueue, id);
    try {
      const ending = await awaitEnding(this.#calls, key, runId, signal);
      return ending && this.#viewOf(beginning, ending);
    } catch (error) {
      if (!(error instanceof Failure && error.code === "not_found")) throw error;
      if (!known) throw unknownExecution(id);
    }
    // Deleted, and perhaps started anew, on another server; or its first run is gone.
    this.#beginnings.delete(id);
    return this.ended(id, signal);
  }

  /** It was started just now. */
  begun(beginning: Beginning, inputText: string): ExecutionView {
    this.#beginnings.add(beginning, inputText);
    return this.#viewOf(beginning, { status: "running" });
  }

  #viewOf(
    { id, memo, startedAt, input, source }: Beginning,
    { status, output, error, endedAt }: Omit<Ending, "endedAt"> & { readonly endedAt?: number },
  ): ExecutionView {
    const { namespace, name, version, revision, parent } = memo;
    return {
      id,
      status,
      namespace,
      name,
      version,
      revision,
      input,
      ...(output !== undefined && { output }),
      ...(error !== undefined && { error }),
      ...(error?.instance && { errorPosition: this.#catalog.read(source).place(error.instance) }),
      ...(parent !== undefined && { parent }),
      startedAt,
      // Two machines' clocks: Temporal tells the end, who started it the beginning.
      ...(endedAt !== undefined && { endedAt: Math.max(endedAt, startedAt) }),
    };
  }

  /** What it is pinned to, as it was given. */
  async source(id: string): Promise<StoredSource> {
    return (await this.#beginning(await this.#described(id))).source;
  }

  async cancel(id: string): Promise<void> {
    const described = await this.#described(id);
    if (described.endedAt !== undefined) return;
    // Not found by now: it has ended in between.
    await this.#calls.find(({ client }) => client.workflow.getHandle(described.key).cancel());
  }

  async delete(id: string): Promise<void> {
    const described = await this.#described(id);
    if (described.endedAt === undefined) {
      throw new Failure("failed_precondition", `The execution "${id}" has not ended`, {
        reason: "execution-not-ended",
        hint: "Cancel it first",
      });
    }
    const { namespace } = this.#calls;
    this.#beginnings.delete(id);
    for (const runId of await runsUpTo(this.#calls, described, 0)) {
      const workflowExecution = { workflowId: described.key, runId };
      await this.#calls.find(({ connection }) =>
        connection.workflowService.deleteWorkflowExecution({ namespace, workflowExecution }),
      );
      this.#forget(runId);
    }
  }

  #forget(runId: string): void {
    this.#deleted.add(runId);
    const [oldest] = this.#deleted;
    if (this.#deleted.size > 10_000 && oldest !== undefined) this.#deleted.delete(oldest);
  }

  async #described(id: string): Promise<Described> {
    const described = await this.describe(id);
    if (!described) throw unknownExecution(id);
    return described;
  }

  async #beginning({ id, key, runId, firstRunId, memo, startedAt }: Described): Promise<Beginning> {
    const known = this.#beginnings.get(id);
    if (known?.firstRunId === firstRunId) return known;
    // Of the current run: the first one may be gone by now.
    const start = await startOfRun(this.#calls, key, runId);
    if (!start) throw unknownExecution(id);
    const { pinned, origin, carried } = start;
    const input = carried ? carried.state.input : origin.input;
    return { id, firstRunId, memo, startedAt, input, source: pinned.source };
  }

  async #ending({ key, runId }: Described): Promise<Ending | undefined> {
    const event = await closingEvent(this.#calls, key, runId);
    return event && endingOf(event);
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
