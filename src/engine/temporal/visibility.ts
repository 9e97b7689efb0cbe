import type { temporal } from "@temporalio/proto";
import type { ExecutionStatus } from "../../workflow/lifecycle.ts";
import type { ExecutionCounts, ExecutionFilter } from "../engine.ts";
import type { Calls } from "./calls.ts";
import { decode, instantOf } from "./codec.ts";
import { memoOf } from "./executions.ts";
import { sourceKey, types } from "./protocol.ts";

type Info = temporal.api.workflow.v1.IWorkflowExecutionInfo;

const mostListed = 1_000;

const open = ["pending", "running", "waiting", "suspended"];
const closed = {
  completed: ["Completed"],
  faulted: ["Failed", "TimedOut", "Terminated"],
  cancelled: ["Canceled"],
} as const satisfies Partial<Record<ExecutionStatus, readonly string[]>>;

/** By Temporal's word. Whether one runs or waits is not known without looking at it. */
const statusOf = new Map<string, ExecutionStatus>([
  ["Running", "running"],
  ...(Object.entries(closed) as [ExecutionStatus, readonly string[]][]).flatMap(([status, words]) =>
    words.map((word) => [word, status] as const),
  ),
]);

export interface Page {
  readonly ids: readonly string[];
  /** ms since the epoch: what the pages after this one hold was started before. */
  readonly restBefore: number;
}

/** What Temporal knows of all executions together; it may be some moments behind. */
export class Visibility {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** Page by page: what is open, newest first; or what is closed, what ended last first. Of it some may not match. */
  async *pages(filter: ExecutionFilter, of: "open" | "closed", pageSize: number): AsyncGenerator<Page> {
    const words = wordsOf(filter, of);
    if (words.length === 0) return;
    const query = `${this.#query(filter)} AND ExecutionStatus IN (${words.map((word) => `'${word}'`).join(", ")})`;
    for await (const infos of this.#list(query, pageSize)) {
      const ids = infos
        .map(memoOf)
        .filter(({ name }) => filter.workflow === undefined || name === filter.workflow)
        .map(({ id }) => id);
      const last = infos.at(-1);
      // One that was deleted may be there twice: with the execution that has its id now.
      yield {
        ids: [...new Set(ids)],
        restBefore: instantOf(of === "open" ? last?.startTime : last?.closeTime),
      };
    }
  }

  /** Keys of the definitions whose texts are there. */
  async sources(): Promise<ReadonlySet<string>> {
    const { taskQueue } = this.#calls;
    const query = `TaskQueue = '${taskQueue}' AND WorkflowType = '${types.definition}' AND ExecutionStatus = 'Running'`;
    const from = sourceKey(taskQueue, "").length;
    const keys = new Set<string>();
    for await (const infos of this.#list(query, mostListed)) {
      for (const { execution } of infos) keys.add((execution?.workflowId ?? "").slice(from));
    }
    return keys;
  }

  async *#list(query: string, pageSize: number): AsyncGenerator<Info[]> {
    const { namespace } = this.#calls;
    let nextPageToken: Uint8Array | undefined;
    do {
      const request = { namespace, query, pageSize, ...(nextPageToken && { nextPageToken }) };
      const page = await this.#calls.make(({ connection }) =>
        connection.workflowService.listWorkflowExecutions(request),
      );
      yield page.executions ?? [];
      nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
    } while (nextPageToken);
  }

  /** One question, whatever there is; what waits counts as running. */
  async counts(): Promise<ExecutionCounts> {
    const { namespace } = this.#calls;
    const query = `${this.#query({})} AND ExecutionStatus != 'ContinuedAsNew' GROUP BY ExecutionStatus`;
    const { groups } = await this.#calls.make(({ connection }) =>
      connection.workflowService.countWorkflowExecutions({ namespace, query }),
    );
    const counts: Partial<Record<ExecutionStatus, number>> = { running: 0 };
    for (const { groupValues, count } of groups ?? []) {
      const status = statusOf.get(decode<string>(groupValues?.[0]) ?? "");
      if (status !== undefined) counts[status] = (counts[status] ?? 0) + Number(count);
    }
    return counts;
  }

  /** Namespaces, names and task queues hold no quotes: definitions and settings are checked. */
  #query({ namespace, workflow }: ExecutionFilter): string {
    const plain = (text: string) => /^[A-Za-z0-9_.-]+$/.test(text);
    const own = Object.values(types).map((type) => `'${type}'`);
    const isOne = namespace !== undefined && workflow !== undefined && plain(namespace + workflow);
    const type = isOne ? `= '${namespace}/${workflow}'` : `NOT IN (${own.join(", ")})`;
    return `TaskQueue = '${this.#calls.taskQueue}' AND WorkflowType ${type}`;
  }
}

/** Temporal's words for those of a filter. */
function wordsOf({ status = [] }: ExecutionFilter, of: "open" | "closed"): string[] {
  const isAny = status.length === 0;
  if (of === "open") return isAny || status.some((one) => open.includes(one)) ? ["Running"] : [];
  return Object.entries(closed).flatMap(([one, words]) =>
    isAny || status.includes(one as ExecutionStatus) ? words : [],
  );
}
