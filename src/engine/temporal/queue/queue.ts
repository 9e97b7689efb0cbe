import { existsSync } from "node:fs";
import type { WorkflowError } from "../../../dsl/error.ts";
import { Failure } from "../../../failure.ts";
import { orAborted } from "../aborted.ts";
import type { Clock } from "../clock.ts";
import type { EngineLog, QueueSettings } from "../options.ts";
import { Drain, expiryOf, type Starter } from "./drain.ts";
import { type Entry, queueBounds } from "./entry.ts";
import { QueueStore, sizeOf, type Totals } from "./store.ts";

export interface QueueOptions extends QueueSettings {
  readonly bounds?: Totals;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: EngineLog;
  /** Is told of each that did not come to its start. */
  readonly ended: (id: string) => void;
}

/**
 * Executions that were to be started while Temporal was away: kept in a file, started in order as soon as it is back.
 * Before Temporal is asked to start one, that is noted: what may have been started there is never given up here.
 */
export class Queue {
  readonly #options: QueueOptions;
  readonly #starter: Starter;
  readonly #bounds: Totals;
  #store: QueueStore | undefined;
  readonly #drain: Drain;
  #cancelTimer: () => void = () => {};
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();

  constructor(options: QueueOptions, starter: Starter) {
    this.#options = options;
    this.#starter = starter;
    this.#bounds = options.bounds ?? queueBounds;
    const settle = {
      end: (entry: Entry, status: "faulted" | "cancelled", error?: WorkflowError) =>
        this.#end(entry, status, error),
      remove: (id: string) => this.#remove(id),
      emptied: () => this.#forget(),
    };
    this.#drain = new Drain(options, starter, settle);
  }

  get accepts(): boolean {
    return this.#options.accepts;
  }

  /** Throws `Failure` when there is a file that cannot be used. */
  open(): void {
    const { path, accepts } = this.#options;
    if (!accepts && !existsSync(path)) return;
    this.#store = new QueueStore(path);
    this.#forget();
    this.#expire();
    this.#wake();
  }

  async close(): Promise<void> {
    this.#cancelTimer();
    await this.#drain.close();
    this.#store?.close();
    this.#store = undefined;
    for (const { resolve } of this.#waiting.values()) resolve();
  }

  /** What waits, and what did not come to its start; undefined when nothing was ever queued. */
  get info(): { readonly pending: Totals; readonly ended: Totals; readonly oldest?: number } | undefined {
    const store = this.#store;
    if (!store) return undefined;
    const oldest = store.first()?.queuedAt;
    return { pending: store.pending, ended: store.ended, ...(oldest !== undefined && { oldest }) };
  }

  find(id: string): Entry | undefined {
    return this.#store?.find(id);
  }

  /** Newest first. */
  *list(): Generator<Entry> {
    if (this.#store) yield* this.#store.list();
  }

  /** Keeps it. Throws `resource_exhausted` past the bounds. */
  add(given: Omit<Entry, "withdrawn" | "status" | "queuedAt" | "expiresAt">): Entry {
    const store = this.#opened;
    const { executions, bytes } = store.pending;
    const most = this.#bounds;
    if (executions >= most.executions) throw this.#full(`${most.executions} executions`);
    if (bytes + sizeOf(given.request) > most.bytes) throw this.#full(`${most.bytes} bytes`);
    const queuedAt = this.#options.clock.now();
    store.add({ ...given, queuedAt, expiresAt: queuedAt + this.#options.ttlMs });
    if (executions === 0) this.#options.log("info", "Executions are queued until Temporal is back");
    this.#expire();
    this.#wake();
    return store.find(given.id)!;
  }

  /** Resolves once it is certain that it will not be started, or the request for that is durable; false: it was started. */
  async cancel(id: string): Promise<boolean> {
    await this.#drain.over(id);
    const entry = this.find(id);
    if (!entry) return false;
    if (entry.status !== "pending") return true;
    if (entry.attempted) this.#opened.withdraw(id);
    else this.#end(entry, "cancelled");
    this.#wake();
    return true;
  }

  /** Takes it out of the queue; false: it is not there. Throws `failed_precondition` when it may have been started. */
  async remove(id: string): Promise<boolean> {
    await this.#drain.over(id);
    const entry = this.find(id);
    if (!entry) return false;
    if (entry.status === "pending" && entry.attempted) {
      throw new Failure("failed_precondition", `Whether the execution "${id}" was started is not known yet`, {
        reason: "execution-not-ended",
        hint: "Cancel it, or wait until Temporal is back",
      });
    }
    this.#remove(id);
    return true;
  }

  /** Resolves when an entry does not wait any more, or the signal aborts. */
  async settled(id: string, signal: AbortSignal): Promise<void> {
    while (this.find(id)?.status === "pending" && !signal.aborted) {
      const waiting = this.#waiting.get(id) ?? Promise.withResolvers<void>();
      this.#waiting.set(id, waiting);
      await orAborted(waiting.promise, signal);
    }
  }

  get #opened(): QueueStore {
    if (this.#store) return this.#store;
    throw new Failure("unavailable", "The engine does not run", { reason: "engine-not-started" });
  }

  #wake(): void {
    const store = this.#store;
    if (store && store.pending.executions > 0) this.#drain.wake(store);
  }

  #end(entry: Entry, status: "faulted" | "cancelled", error?: WorkflowError): void {
    this.#opened.end(entry.id, status, this.#options.clock.now(), error);
    this.#tell(entry.id);
    this.#options.ended(entry.id);
  }

  #remove(id: string): void {
    this.#opened.remove(id);
    this.#tell(id);
  }

  #tell(id: string): void {
    this.#waiting.get(id)?.resolve();
    this.#waiting.delete(id);
  }

  /** Those that Temporal never heard of are given up in time; of the others it has to say first what they are. */
  #expire(): void {
    const { clock, log } = this.#options;
    const store = this.#opened;
    const expired = store.expired(clock.now());
    if (expired.length > 0) {
      store.transaction(() => {
        for (const entry of expired) this.#end(entry, "faulted", expiryOf(entry));
      });
      log("warn", "Queued executions expired", { executions: expired.length, first: expired[0]!.id });
      this.#forget();
    }
    this.#cancelTimer();
    const next = store.nextExpiry;
    if (next === undefined) return;
    const ms = Math.min(Math.max(0, next - clock.now()), longestMs);
    this.#cancelTimer = clock.after(ms, () => this.#expire());
  }

  #forget(): void {
    const { clock, log } = this.#options;
    const gone = this.#store?.forget(clock.now() - queueBounds.endedMs, this.#bounds) ?? 0;
    if (gone > 0) log("info", "Forgot executions that never came to their start", { executions: gone });
  }

  #full(what: string): Failure {
    const why = this.#starter.absence?.message ?? "Temporal went away";
    return new Failure("resource_exhausted", `The queue holds ${what}, which is its bound; ${why}`, {
      reason: "queue-full",
      hint: "Start it again when Temporal is back, or cancel some of those that wait",
    });
  }
}

/** The longest timer there is. */
const longestMs = 2 ** 31 - 1;
