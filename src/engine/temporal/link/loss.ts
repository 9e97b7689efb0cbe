/**
 * Tells everybody who waits that something is lost. A promise that all of them are raced against would do the same, and
 * would keep what every one of them ever came to for as long as nothing is lost.
 */
export class Loss {
  readonly #waiting = new Set<(reason: Error) => void>();
  #reason: Error | undefined;

  /** What the work comes to; rejects as soon as it is lost, and leaves the work to itself. */
  unless<T>(work: Promise<T>): Promise<T> {
    if (this.#reason) {
      work.catch(() => {});
      return Promise.reject(this.#reason);
    }
    return new Promise<T>((resolve, reject) => {
      this.#waiting.add(reject);
      work.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }

  tell(reason: Error): void {
    this.#reason ??= reason;
    for (const reject of this.#waiting) reject(reason);
    this.#waiting.clear();
  }
}
