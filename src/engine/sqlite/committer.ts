import { Failure } from "../../failure.ts";
import type { Observer } from "./observer.ts";
import type { Seal } from "./seal.ts";
import { type Connection, isStoreFailure, type Statement } from "./store.ts";

/** One thing that wants to be durable. */
export interface Joined {
  /** Writes, within the transaction. May throw a `Failure` of its own before it has written anything. */
  write(): void;
  /** The commit is durable. */
  committed(): void;
  /** It was not written. `culprit`: because of itself, and another attempt would end the same way. */
  failed(failure: Failure, culprit: boolean): void;
}

/**
 * Group commit: what joins is written by one transaction, in order; a batch is what came together since the
 * last.
 */
export class Committer {
  /** What keeps the store from being written, as of the last attempt. */
  trouble: Failure | undefined;
  commits = 0;
  #queue: Joined[] = [];
  #writing: Joined | undefined;
  readonly #connection: Connection;
  readonly #seal: Seal | undefined;
  readonly #probe: Statement;
  readonly #wake: () => void;
  readonly #observer: Observer | undefined;

  /** `wake` is called when something waits for `flush`. */
  constructor(connection: Connection, wake: () => void, observer?: Observer, seal?: Seal) {
    this.#connection = connection;
    this.#seal = seal;
    this.#observer = observer;
    this.#wake = wake;
    this.#probe = connection.prepare("INSERT OR REPLACE INTO meta VALUES ('probe', 0)");
  }

  get waiting(): number {
    return this.#queue.length;
  }

  join(item: Joined): void {
    this.#queue.push(item);
    this.#wake();
  }

  /** Resolves with what `work` answers, once that is durable. */
  perform<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let answer: T;
      this.join({
        write: () => {
          answer = work();
        },
        committed: () => resolve(answer),
        failed: reject,
      });
    });
  }

  /**
   * Writes all that has joined; while the store is in trouble, something in any case, to see whether it still
   * is.
   */
  flush(): void {
    const batch = this.#queue;
    if (batch.length === 0 && !this.trouble) return;
    this.#queue = [];
    const refused = new Map<Joined, Failure>();
    const from = this.#observer?.now() ?? 0;
    this.#writing = undefined;
    try {
      this.#connection.transaction(() => {
        this.#seal?.open();
        if (this.trouble) this.#probe.run();
        for (const item of batch) this.#write(item, refused);
        this.#writing = undefined;
        this.#seal?.close();
      });
      this.#seal?.committed();
      this.trouble = undefined;
    } catch (error) {
      this.trouble = asFailure(error);
      // In reverse: what is put back at the front of a queue ends up in its old order.
      const culprit = isStoreFailure(this.trouble) ? undefined : this.#writing;
      for (const item of batch.toReversed()) {
        item.failed(refused.get(item) ?? this.trouble, refused.has(item) || item === culprit);
      }
      return;
    }
    this.commits += 1;
    this.#observer?.committed(batch.length, this.#observer.now() - from);
    for (const item of batch) {
      const failure = refused.get(item);
      if (failure) item.failed(failure, true);
      else item.committed();
    }
  }

  /** The store failed elsewhere. */
  suffer(error: unknown): void {
    this.trouble = asFailure(error);
  }

  #write(item: Joined, refused: Map<Joined, Failure>): void {
    this.#writing = item;
    try {
      item.write();
    } catch (error) {
      if (!(error instanceof Failure) || isStoreFailure(error)) throw error;
      refused.set(item, error);
    }
  }
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new Failure("internal", `The store could not be written: ${detail}`, {
    reason: "commit-failed",
    cause: error,
  });
}
