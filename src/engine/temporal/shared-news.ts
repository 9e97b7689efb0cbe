import { temporal } from "@temporalio/proto";
import { Failure } from "../../failure.ts";
import { orAborted } from "./aborted.ts";
import type { Calls } from "./calls.ts";
import { systemClock } from "./clock.ts";
import { decodeAll } from "./codec.ts";
import { News } from "./news.ts";
import { type NewsItem, names, newsKey, types } from "./protocol.ts";

/** Ids that are told at once, and kept while Temporal is away; what is past that, nobody is told of. */
const idsLength = 1_000;
/** Between two messages while somebody reads, and before it is looked again whether somebody does. */
const periods = { readMs: 500, unreadMs: 5_000, readingMs: 20_000 } as const;
const { EventType } = temporal.api.enums.v1;

/**
 * News of all servers of the task queue. Those who follow all executions keep a workflow in Temporal, whose history they
 * read by long poll; those who have news signal it, and are told when there is none, which is when nobody reads.
 */
export class SharedNews extends News {
  readonly #calls: Calls;
  readonly #me = crypto.randomUUID();
  readonly #untold = new Set<string>();
  #cancelTimer: (() => void) | undefined;
  #waitMs: number = periods.readMs;
  #readers = 0;
  #isClosed = false;
  #reading: AbortController | undefined;

  constructor(calls: Calls) {
    super();
    this.#calls = calls;
  }

  /** Of an execution that told something on this server. */
  override tell(id: string): void {
    super.tell(id);
    if (this.#untold.size < idsLength) this.#untold.add(id);
    this.#schedule();
  }

  override subscribe(signal: AbortSignal): AsyncGenerator<string> {
    if (signal.aborted) return super.subscribe(signal);
    this.#readers += 1;
    signal.addEventListener("abort", () => this.#leave(), { once: true });
    if (!this.#reading) {
      this.#reading = new AbortController();
      void this.#read(this.#reading.signal);
    }
    return super.subscribe(signal);
  }

  override close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#reading?.abort();
    super.close();
  }

  #schedule(): void {
    if (!this.#isClosed) this.#cancelTimer ??= systemClock.after(this.#waitMs, () => void this.#pass());
  }

  #leave(): void {
    this.#readers -= 1;
    if (this.#readers > 0) return;
    this.#reading?.abort();
    this.#reading = undefined;
  }

  async #pass(): Promise<void> {
    const ids = [...this.#untold];
    this.#untold.clear();
    const item: NewsItem = { ids, from: this.#me };
    const key = newsKey(this.#calls.taskQueue);
    try {
      await this.#calls.make(({ client }) => client.workflow.getHandle(key).signal(names.told, item));
      this.#waitMs = periods.readMs;
    } catch (error) {
      this.#waitMs = periods.unreadMs;
      // Nobody reads. Whoever begins to now, begins with a list of all that there is.
      if (!(error instanceof Failure && error.code === "not_found")) this.#keep(ids);
    }
    this.#cancelTimer = undefined;
    if (this.#untold.size > 0) this.#schedule();
  }

  #keep(ids: readonly string[]): void {
    for (const id of ids) if (this.#untold.size < idsLength) this.#untold.add(id);
  }

  async #read(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.#readRun(signal);
        failures = 0;
      } catch {
        failures += 1;
        await this.#calls.back(failures, signal);
      }
    }
  }

  /** What is told in one run, to its end. */
  async #readRun(signal: AbortSignal): Promise<void> {
    const { namespace, taskQueue } = this.#calls;
    const workflowId = newsKey(taskQueue);
    const sayReading = () =>
      this.#calls.make(({ client }) =>
        client.workflow.signalWithStart(types.news, {
          workflowId,
          taskQueue,
          args: [],
          signal: names.reading,
        }),
      );
    const { signaledRunId: runId } = await sayReading();
    // A keep-alive: the run ends when nobody reads any more.
    const keepAlive = setInterval(() => sayReading().catch(() => {}), periods.readingMs);
    try {
      let nextPageToken: Uint8Array | undefined;
      do {
        const request = {
          namespace,
          execution: { workflowId, runId },
          waitNewEvent: true,
          ...(nextPageToken && { nextPageToken }),
        };
        const page = await orAborted(
          this.#calls.wait(({ connection }) =>
            connection.workflowService.getWorkflowExecutionHistory(request),
          ),
          signal,
        );
        for (const event of page?.history?.events ?? []) this.#hear(event);
        nextPageToken = page?.nextPageToken?.length ? page.nextPageToken : undefined;
      } while (nextPageToken && !signal.aborted);
    } finally {
      clearInterval(keepAlive);
    }
  }

  #hear({
    eventType,
    workflowExecutionSignaledEventAttributes: signaled,
  }: temporal.api.history.v1.IHistoryEvent) {
    if (eventType !== EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED) return;
    if (signaled?.signalName !== names.told) return;
    const [item] = decodeAll(signaled.input) as [NewsItem];
    if (item.from !== this.#me) for (const id of item.ids) super.tell(id);
  }
}
