import type { ExecutionFilter, ExecutionView } from "../engine.ts";
import { each } from "./each.ts";
import type { Described, Executions } from "./executions.ts";
import type { Visibility } from "./visibility.ts";

/** Temporal's lists lag a little; what this server had to do with in so many ms is looked at by itself. */
const recentMs = 60_000;
const recentLength = 1_000;
const leastPage = 100;
/** How many are looked at for one list, of which perhaps few match: what runs and what waits are one to Temporal. */
const lookedAt = 10_000;

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
  readonly #visibility: Visibility;
  readonly #executions: Executions;
  readonly #recents: Recents;

  constructor(visibility: Visibility, executions: Executions, recents: Recents) {
    this.#visibility = visibility;
    this.#executions = executions;
    this.#recents = recents;
  }

  /** Newest first. */
  async views(filter: ExecutionFilter, limit: number): Promise<ExecutionView[]> {
    const found = await this.described(filter, limit);
    return each(found, (described) => this.#executions.viewOf(described));
  }

  /** Newest first. Pages are read until none of the rest can be newer than what was found. */
  async described(filter: ExecutionFilter, limit: number): Promise<Described[]> {
    const recent = this.#recents.ids;
    const seen = new Set(recent);
    let found = newestFirst(await this.#look(recent, filter));
    for (const of of ["open", "closed"] as const) {
      for await (const page of this.#visibility.pages(filter, of, Math.max(leastPage, limit))) {
        const others = page.ids.filter((id) => !seen.has(id));
        for (const id of others) seen.add(id);
        found = newestFirst([...found, ...(await this.#look(others, filter))]).slice(0, limit);
        const last = found[limit - 1];
        if ((last && last.startedAt >= page.restBefore) || seen.size >= lookedAt) break;
      }
    }
    return found.slice(0, limit);
  }

  async #look(ids: readonly string[], filter: ExecutionFilter): Promise<Described[]> {
    const { namespace, workflow, status = [] } = filter;
    const described = await each(ids, (id) => this.#executions.describe(id));
    return described
      .filter((one) => one !== undefined)
      .filter(({ memo }) => namespace === undefined || memo.namespace === namespace)
      .filter(({ memo }) => workflow === undefined || memo.name === workflow)
      .filter((one) => status.length === 0 || status.includes(one.status));
  }
}

const newestFirst = (found: readonly Described[]) =>
  found.toSorted((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1));
