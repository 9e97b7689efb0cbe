/** Ids of executions that told something on this server, for those who follow all. */
export class News {
  readonly #readers = new Set<Reader>();

  tell(id: string): void {
    for (const reader of this.#readers) reader.add(id);
  }

  /** From now on; ends when the signal aborts or the news are closed. An id that was not read yet is not told twice. */
  subscribe(signal: AbortSignal): AsyncGenerator<string> {
    const reader = new Reader();
    this.#readers.add(reader);
    // Also when nothing is ever read.
    signal.addEventListener("abort", () => this.#readers.delete(reader), { once: true });
    return this.#read(reader, signal);
  }

  async *#read(reader: Reader, signal: AbortSignal): AsyncGenerator<string> {
    const end = () => reader.end();
    signal.addEventListener("abort", end, { once: true });
    try {
      while (!signal.aborted && !reader.ended) {
        yield* reader.take();
        await reader.woken;
      }
    } finally {
      this.#readers.delete(reader);
      signal.removeEventListener("abort", end);
    }
  }

  /** Ends all readers. */
  close(): void {
    for (const reader of this.#readers) reader.end();
  }
}

class Reader {
  ended = false;
  #ids = new Set<string>();
  #wake = Promise.withResolvers<void>();

  get woken(): Promise<void> {
    return this.#ids.size > 0 || this.ended ? Promise.resolve() : this.#wake.promise;
  }

  add(id: string): void {
    this.#ids.add(id);
    this.#wake.resolve();
  }

  take(): string[] {
    const ids = [...this.#ids];
    this.#ids.clear();
    this.#wake = Promise.withResolvers();
    return ids;
  }

  end(): void {
    this.ended = true;
    this.#wake.resolve();
  }
}
