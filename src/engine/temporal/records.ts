import { temporal } from "@temporalio/proto";
import { Failure } from "../../failure.ts";
import type { HistoryRecord, RecordQuery } from "../engine.ts";
import { unknownExecution } from "../request/unknown.ts";
import { orAborted } from "./aborted.ts";
import { type Calls, isAway } from "./calls.ts";
import { closingEvent, nextRunOf } from "./closing.ts";
import { formatCursor, instantOfCursor, parseCursor } from "./cursor.ts";
import type { Described, Executions } from "./executions.ts";
import type { Lists } from "./lists.ts";
import { merged } from "./merged.ts";
import type { News } from "./news.ts";
import { names } from "./protocol.ts";
import { runsUpTo } from "./runs.ts";
import { type RecordsPage, unpack } from "./workflow/pages.ts";

/** Executions whose records are read for `records` of all: the newest. */
const executionsOfAll = 1_000;
/** Records of a long execution that `history` answers: the first and the last. */
const historyLength = { first: 1_000, last: 4_000 };
/**
 * Records that are held while all executions are read: so many together, and so many of each at least. Pages are not made
 * shorter than that: each takes a worker to go through some of what is not a part of it.
 */
const heldOfAll = { together: 100_000, least: 100 };
const { EventType } = temporal.api.enums.v1;
/** Events that say that a run may have told something, or will tell nothing more. */
const telling: ReadonlySet<number> = new Set([
  EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT,
]);

/** The records of executions that only this server knows: of one, or of all. */
export type LocalRecords = (id?: string) => readonly HistoryRecord[];

interface PageOptions {
  /** With inputs and outputs. */
  readonly withData?: boolean;
  /** Records of one page. */
  readonly most?: number;
}

/** What executions tell: asked of the workers that run them, woken by Temporal's own long polls. */
export class Records {
  readonly #calls: Calls;
  readonly #executions: Executions;
  readonly #lists: Lists;
  readonly #news: News;
  readonly #ofHere: LocalRecords;

  constructor(calls: Calls, executions: Executions, lists: Lists, news: News, ofHere: LocalRecords) {
    this.#calls = calls;
    this.#executions = executions;
    this.#lists = lists;
    this.#news = news;
    this.#ofHere = ofHere;
  }

  async history(id: string): Promise<HistoryRecord[]> {
    const described = await this.#describe(id);
    const { key, runId } = described;
    const { next } = await this.#page(key, runId, Number.MAX_SAFE_INTEGER, {});
    const { first, last } = historyLength;
    if (next <= first + last) return Array.fromAsync(this.#ofOne(described, 0, { withData: true }));
    const beginning: HistoryRecord[] = [];
    for await (const record of this.#ofOne(described, 0, { withData: true, most: first })) {
      if (beginning.push(record) >= first) break;
    }
    const after = parseCursor(beginning.at(-1)?.cursor ?? "").number + 1;
    const from = Math.max(after, next - last);
    const end = await Array.fromAsync(this.#ofOne(described, from, { withData: true }));
    const [resumed, ...rest] = end.slice(-last);
    return resumed ? [...beginning, { ...resumed, gap: true }, ...rest] : beginning;
  }

  async *stream(query: RecordQuery): AsyncGenerator<HistoryRecord> {
    const { execution, cursor = "", since = 0 } = query;
    const { number } = parseCursor(cursor);
    const wanted = ({ record }: HistoryRecord) => record.at >= since;
    if (execution === undefined) {
      for await (const record of this.#ofAll(query)) if (wanted(record)) yield record;
      return;
    }
    const described = await this.#describe(execution);
    let next = number + 1;
    const rest = async function* (this: Records) {
      for await (const record of this.#ofOne(described, next, query)) {
        next = parseCursor(record.cursor).number + 1;
        yield record;
      }
    };
    for await (const record of this.#lasting(rest.bind(this), query)) {
      if (query.signal.aborted) return;
      if (wanted(record)) yield record;
    }
  }

  /** Whoever follows hears the rest when Temporal is back. */
  async *#lasting(
    rest: () => AsyncGenerator<HistoryRecord>,
    { follow, signal }: Pick<RecordQuery, "follow" | "signal">,
  ): AsyncGenerator<HistoryRecord> {
    for (let failures = 0; !signal.aborted; ) {
      try {
        for await (const record of rest()) {
          failures = 0;
          yield record;
        }
        return;
      } catch (error) {
        if (!follow || !isAway(error)) throw error;
        failures += 1;
        await this.#calls.back(failures, signal);
      }
    }
  }

  async #describe(id: string): Promise<Described> {
    const described = await this.#executions.describe(id);
    if (!described) throw unknownExecution(id);
    return described;
  }

  /** From a number on, run by run. With `follow`, until the execution has ended. */
  async *#ofOne(
    described: Described,
    from: number,
    { follow = false, signal, ...how }: Pick<Partial<RecordQuery>, "follow" | "signal"> & PageOptions,
  ): AsyncGenerator<HistoryRecord> {
    const { key } = described;
    const { namespace, name, version } = described.memo;
    const earlier = await runsUpTo(this.#calls, described, from);
    let runId = earlier.shift() ?? "";
    let next = from;
    while (runId !== "" && !signal?.aborted) {
      const over = earlier.length > 0;
      // Before reading: what happens while the reader takes its time is found by the wait.
      const wake = follow && !over ? await this.#wakeUp(key, runId, signal) : undefined;
      const closed = over || (await this.#isClosed(key, runId));
      for await (const { number, record } of this.#pages(key, runId, next, how)) {
        next = number + 1;
        const cursor = formatCursor(record.at, number, described.id);
        yield { cursor, execution: described.id, namespace, name, version, record };
      }
      if (over) runId = earlier.shift() ?? "";
      else if (closed) runId = nextRunOf(await closingEvent(this.#calls, key, runId));
      else if (!wake) return;
      else await wake();
    }
  }

  async *#pages(key: string, runId: string, from: number, how: PageOptions) {
    let next = from;
    for (;;) {
      const page = await this.#page(key, runId, next, how);
      yield* unpack(page);
      next = page.first + page.rows.length;
      if (page.rows.length === 0 || next >= page.next) return;
    }
  }

  #page(
    key: string,
    runId: string,
    from: number,
    { withData = false, most = Number.MAX_SAFE_INTEGER }: PageOptions,
  ): Promise<RecordsPage> {
    return this.#calls.make(({ client }) =>
      client.workflow
        .getHandle(key, runId)
        .query<RecordsPage, [number, boolean, number]>(names.records, from, withData, most),
    );
  }

  async #isClosed(workflowId: string, runId: string): Promise<boolean> {
    const { namespace } = this.#calls;
    const answer = await this.#calls.make(({ connection }) =>
      connection.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId, runId } }),
    );
    return answer.workflowExecutionInfo?.status !== 1;
  }

  /** Takes note of where a run's history ends now; what it answers resolves when there is more, or the signal aborts. */
  async #wakeUp(
    workflowId: string,
    runId: string,
    signal: AbortSignal | undefined,
  ): Promise<() => Promise<void>> {
    const { namespace } = this.#calls;
    const request = { namespace, execution: { workflowId, runId }, waitNewEvent: true };
    const read = (nextPageToken: Uint8Array | undefined) =>
      this.#calls.wait(({ connection }) =>
        connection.workflowService.getWorkflowExecutionHistory({
          ...request,
          ...(nextPageToken && { nextPageToken }),
        }),
      );
    let { nextPageToken } = await read(undefined);
    return async () => {
      while (nextPageToken?.length && !signal?.aborted) {
        const reading = read(nextPageToken);
        const page = await (signal ? orAborted(reading, signal) : reading);
        if (!page) return;
        nextPageToken = page.nextPageToken;
        if (page.history?.events?.some(({ eventType }) => telling.has(eventType ?? 0))) return;
      }
    };
  }

  /** In order of time, page by page. What follows is what the executions tell that run on this server. */
  async *#ofAll({ cursor = "", since = 0, follow, signal }: RecordQuery): AsyncGenerator<HistoryRecord> {
    // Before reading: what happens meanwhile is in the news.
    const news = follow ? this.#news.subscribe(signal) : undefined;
    const told = new Map<string, number>();
    const found = await this.#lists.described({}, executionsOfAll);
    const from = Math.max(since, instantOfCursor(cursor));
    const lately = found.filter(({ endedAt }) => endedAt === undefined || endedAt >= from);
    const { together, least } = heldOfAll;
    const length = Math.max(least, Math.floor(together / Math.max(1, lately.length)));
    const sources = lately.map((described) => ({
      notBefore: described.bornAt,
      open: () => this.#after(described, cursor, told, length),
    }));
    const ofHere = this.#ofHere().filter((record) => record.cursor > cursor);
    ofHere.sort((a, b) => (a.cursor < b.cursor ? -1 : 1));
    for await (const record of merged([...sources, { notBefore: 0, open: () => each(ofHere) }])) {
      if (signal.aborted) return;
      yield record;
    }
    if (!news) return;
    const rest = async function* (this: Records, id: string) {
      yield* this.#ofHere(id);
      const described = await this.#executions.describe(id);
      if (described) yield* this.#after(described, cursor, told, together);
    };
    for await (const id of news) yield* this.#lasting(rest.bind(this, id), { follow, signal });
  }

  /** What was not told yet. */
  async *#after(described: Described, cursor: string, told: Map<string, number>, most: number) {
    try {
      for await (const record of this.#ofOne(described, told.get(described.id) ?? 0, { most })) {
        told.set(described.id, parseCursor(record.cursor).number + 1);
        if (record.cursor > cursor) yield record;
      }
    } catch (error) {
      // Deleted meanwhile.
      if (!(error instanceof Failure && error.code === "not_found")) throw error;
    }
  }
}

async function* each(records: readonly HistoryRecord[]): AsyncGenerator<HistoryRecord> {
  yield* records;
}
