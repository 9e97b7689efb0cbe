import { standardError, type WorkflowError } from "../../../dsl/error.ts";
import { Failure } from "../../../failure.ts";
import type { StartRequest } from "../../engine.ts";
import type { Clock } from "../clock.ts";
import { backoffMs } from "../link/backoff.ts";
import type { EngineLog } from "../options.ts";
import type { Entry } from "./entry.ts";
import type { QueueStore } from "./store.ts";

/** Temporal, as the queue uses it. Everything rejects `unavailable` while it is away. */
export interface Starter {
  /** Resolves once connected. */
  readonly connected: Promise<void>;
  /** Why it cannot be used now. */
  readonly absence: Failure | undefined;
  startExecution(request: StartRequest): Promise<unknown>;
  cancelExecution(id: string): Promise<unknown>;
  /** Of the request that an execution was started by. */
  requestOf(id: string): Promise<string | undefined>;
}

interface DrainOptions {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: EngineLog;
}

/** What becomes of an entry. */
interface Settle {
  end(entry: Entry, status: "faulted" | "cancelled", error?: WorkflowError): void;
  remove(id: string): void;
  /** Nothing waits any more. */
  emptied(): void;
}

/**
 * Starts what waits, one after the other, whenever Temporal is there. The id of an execution is its id in Temporal, so
 * that one whose start was cut off is found there when it is tried again.
 */
export class Drain {
  readonly #options: DrainOptions;
  readonly #starter: Starter;
  readonly #entries: Settle;
  #running: Promise<void> | undefined;
  /** The one that is being started. */
  #underway: { readonly id: string; readonly over: Promise<void> } | undefined;
  readonly #closed = Promise.withResolvers<void>();
  #isClosed = false;

  constructor(options: DrainOptions, starter: Starter, entries: Settle) {
    this.#options = options;
    this.#starter = starter;
    this.#entries = entries;
  }

  wake(store: QueueStore): void {
    if (this.#isClosed) return;
    this.#running ??= this.#run(store)
      .catch((error: Error) => this.#options.log("error", `The queue broke: ${error.message}`))
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Resolves when an execution is not being started at this moment. */
  async over(id: string): Promise<void> {
    if (this.#underway?.id === id) await this.#underway.over;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#closed.resolve();
    await this.#running;
  }

  async #run(store: QueueStore): Promise<void> {
    const { log } = this.#options;
    let started = 0;
    let failures = 0;
    while (store.pending.executions > 0) {
      if (this.#starter.absence) await Promise.race([this.#starter.connected, this.#closed.promise]);
      if (this.#isClosed) return;
      const entry = store.first();
      if (!entry) break;
      const { id } = entry;
      const outcome = this.#settle(store, entry);
      this.#underway = { id, over: outcome.then(nothing, nothing) };
      try {
        if (await outcome) started += 1;
        failures = 0;
      } catch (error) {
        if (!isPassing(error)) {
          log("warn", `A queued execution could not be started: ${(error as Error).message}`, {
            execution: id,
          });
          this.#entries.end(entry, entry.withdrawn ? "cancelled" : "faulted", errorOf(error));
        } else if (!this.#starter.absence) await this.#pause(++failures);
      } finally {
        this.#underway = undefined;
      }
    }
    this.#entries.emptied();
    if (started > 0) log("info", "Queued executions were started", { executions: started });
  }

  /** Brings one entry to its end; whether it was started. */
  async #settle(store: QueueStore, entry: Entry): Promise<boolean> {
    const { id, digest, request, attempted, withdrawn, expiresAt } = entry;
    if (withdrawn || expiresAt <= this.#options.clock.now()) {
      const isThere = attempted && (await this.#starter.requestOf(id)) === digest;
      if (!isThere) {
        if (withdrawn) this.#entries.end(entry, "cancelled");
        else this.#entries.end(entry, "faulted", expiryOf(entry));
        return false;
      }
      if (withdrawn) await this.#starter.cancelExecution(id);
    } else {
      store.attempt(id);
      await this.#starter.startExecution({ id, ...request });
    }
    this.#entries.remove(id);
    return true;
  }

  async #pause(failures: number): Promise<void> {
    const { clock, random } = this.#options;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = clock.after(backoffMs(failures, random()), resolve);
    await Promise.race([promise, this.#closed.promise]);
    cancel();
  }
}

export function expiryOf({ queuedAt, expiresAt }: Entry): WorkflowError {
  const seconds = Math.round((expiresAt - queuedAt) / 1000);
  return standardError(
    "timeout",
    `It was queued for ${seconds} s, and Temporal did not come back to start it`,
  );
}

const nothing = () => {};

/** Whether the same may succeed later: Temporal is away or has a bad moment, or the queue's own file has. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Failure)) return false;
  if (error.code === "unavailable" || error.reason?.startsWith("queue-")) return true;
  return error.reason === "temporal-refused" && !final.has(error.code);
}
const final: ReadonlySet<string> = new Set(["invalid_argument", "already_exists"]);

function errorOf(error: unknown): WorkflowError {
  const { message } = error as Error;
  const { code } = error as { code?: unknown };
  if (code === "not_found" || code === "unimplemented") return standardError("configuration", message);
  if (code === "invalid_argument" || code === "resource_exhausted")
    return standardError("validation", message);
  return standardError("runtime", message);
}
