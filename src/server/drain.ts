import { Failure } from "../failure.ts";

/** Counts calls and streams in flight and tells them when the server stops. */
export class Drain {
  readonly #abort = new AbortController();
  #reason: string | undefined;
  #calls = 0;
  #idle: (() => void) | undefined;

  /** Aborted once the stop has begun: streams end then. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Why the server stops: the first reason given stays. */
  begin(reason: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#abort.abort(this.failure());
  }

  /** What callers are told while the server stops. A restart is told apart, since a client may wait for the next server. */
  failure(): Failure {
    const restarting = this.#reason === "restart" || this.#reason === "upgrade";
    return new Failure("unavailable", restarting ? "The server is restarting" : "The server was stopped", {
      reason: restarting ? "server-restarting" : "server-stopped",
      hint: restarting ? "The next server answers as soon as it is ready" : "Any command starts it again",
    });
  }

  /** Runs one unary call; refuses it when the stop has begun. */
  async run<T>(call: () => T | Promise<T>): Promise<T> {
    if (this.#abort.signal.aborted) throw this.failure();
    this.#calls++;
    try {
      return await call();
    } finally {
      this.#left();
    }
  }

  /** Passes on one server stream, counted to its end. */
  async *count<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
    this.#calls++;
    try {
      yield* source;
    } finally {
      this.#left();
    }
  }

  #left(): void {
    this.#calls--;
    if (this.#calls === 0) this.#idle?.();
  }

  /** Resolves when no call is in flight, or after `deadlineMs`. */
  idle(deadlineMs: number): Promise<void> {
    if (this.#calls === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const deadline = setTimeout(resolve, deadlineMs);
      this.#idle = () => {
        clearTimeout(deadline);
        resolve();
      };
    });
  }
}
