/** Whom a commit wakes: those who follow one execution, or all of them. */
export class Watchers {
  readonly #waiting = new Map<number | "all", Set<() => void>>();
  #closed = false;

  get closed(): boolean {
    return this.#closed;
  }

  /** Calls back once, at the next commit with records of the execution; answers what takes it back. */
  wait(execution: number | "all", wake: () => void): () => void {
    const waiting = this.#waiting.get(execution) ?? new Set();
    this.#waiting.set(execution, waiting.add(wake));
    return () => {
      waiting.delete(wake);
      if (waiting.size === 0 && this.#waiting.get(execution) === waiting) this.#waiting.delete(execution);
    };
  }

  notify(execution: number): void {
    if (this.#waiting.size === 0) return;
    this.#wake(execution);
    this.#wake("all");
  }

  /** Ends all streams. */
  close(): void {
    this.#closed = true;
    for (const execution of [...this.#waiting.keys()]) this.#wake(execution);
  }

  #wake(execution: number | "all"): void {
    const waiting = this.#waiting.get(execution);
    if (!waiting) return;
    this.#waiting.delete(execution);
    for (const wake of waiting) wake();
  }
}
