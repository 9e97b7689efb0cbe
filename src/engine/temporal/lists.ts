import type { ExecutionFilter, ExecutionView } from "../engine.ts";
import type { Calls } from "./calls.ts";
import type { Described, Executions } from "./executions.ts";
import { memoOf } from "./executions.ts";
import { types } from "./protocol.ts";

/** Temporal's lists lag a little; what this server had to do with in so many ms is looked at by itself. */
const recentMs = 60_000;
const recentLength = 1_000;
/** Executions that are looked at simultaneously. */
const concurrency = 16;
const pageSize = 1_000;

const open = ["pending", "running", "waiting", "suspended"];
const closed: Readonly<Record<string, readonly string[]>> = {
  completed: ["Completed"],
  faulted: ["Failed", "TimedOut", "Terminated"],
  cancelled: ["Canceled"],
};

/** What this server lately had to do with, so that it reads its own writes. */
export class Recents {
  readonly #seen = new Map<string, number>();

  add(id: string): void {
    this.#seen.delete(id);
    this.#seen.set(id, Date.now());
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > recentLength && oldest !== undefined) this.#seen.delete(oldest);
  }

  get ids(): string[] {
    const after = Date.now() - recentMs;
    return [...this.#seen].filter(([, at]) => at >= after).map(([id]) => id);
  }
}

/** Many executions: found by Temporal's visibility, and then looked at one by one. */
export class Lists {
  readonly #calls: Calls;
  readonly #executions: Executions;
  readonly #recents: Recents;

  constructor(calls: Calls, executions: Executions, recents: Recents) {
    this.#calls = calls;
    this.#executions = executions;
    this.#recents = recents;
  }

  /** Newest first. */
  async views(filter: ExecutionFilter, limit: number): Promise<ExecutionView[]> {
    const found = await this.described(filter, limit);
    return each(found, (described) => this.#executions.viewOf(described));
  }

  async described(filter: ExecutionFilter, limit: number): Promise<Described[]> {
    const { namespace, workflow, status = [] } = filter;
    const ids = new Set([...this.#recents.ids, ...(await this.#visible(filter, limit))]);
    const described = await each([...ids], (id) => this.#executions.describe(id));
    return described
      .filter((one) => one !== undefined)
      .filter(({ memo }) => namespace === undefined || memo.namespace === namespace)
      .filter(({ memo }) => workflow === undefined || memo.name === workflow)
      .filter((one) => status.length === 0 || status.includes(one.status))
      .sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1))
      .slice(0, limit);
  }

  async #visible(filter: ExecutionFilter, limit: number): Promise<string[]> {
    const { namespace } = this.#calls;
    const query = this.#query(filter);
    const ids: string[] = [];
    let nextPageToken: Uint8Array | undefined;
    do {
      const request = { namespace, query, pageSize, ...(nextPageToken && { nextPageToken }) };
      const page = await this.#calls.make(({ connection }) =>
        connection.workflowService.listWorkflowExecutions(request),
      );
      for (const info of page.executions ?? []) {
        const { id, name } = memoOf(info);
        if (filter.workflow === undefined || name === filter.workflow) ids.push(id);
      }
      nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
    } while (nextPageToken && ids.length < limit);
    return ids;
  }

  /** Namespaces, names and task queues hold no quotes: definitions and settings are checked. */
  #query({ namespace, workflow, status = [] }: ExecutionFilter): string {
    const own = Object.values(types).map((type) => `'${type}'`);
    const parts = [`TaskQueue = '${this.#calls.taskQueue}'`, `ExecutionStatus != 'ContinuedAsNew'`];
    const plain = (text: string) => /^[A-Za-z0-9_.-]+$/.test(text);
    if (namespace !== undefined && workflow !== undefined && plain(namespace + workflow)) {
      parts.push(`WorkflowType = '${namespace}/${workflow}'`);
    } else parts.push(`WorkflowType NOT IN (${own.join(", ")})`);
    const standing = status.flatMap((one) => (open.includes(one) ? ["Running"] : (closed[one] ?? [])));
    if (standing.length > 0) {
      parts.push(`ExecutionStatus IN (${[...new Set(standing)].map((one) => `'${one}'`).join(", ")})`);
    }
    return parts.join(" AND ");
  }
}

/** Some at a time, in order. */
export async function each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += concurrency) {
    results.push(...(await Promise.all(items.slice(at, at + concurrency).map(work))));
  }
  return results;
}
