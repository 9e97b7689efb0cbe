import type { Joined } from "./committer.ts";
import { Bite, type Removals } from "./removals.ts";
import type { Retention } from "./retention.ts";

/** Removes what may go, one bite with each commit, so that nobody waits for it. */
export class Sweeper {
  readonly #removals: Removals;
  readonly #retention: Retention | undefined;
  readonly #rows: number;
  readonly #bytes: number;
  /** Whether journals of removed executions may be left. */
  #left = true;

  constructor(removals: Removals, retention: Retention | undefined, limits: { rows: number; bytes: number }) {
    this.#removals = removals;
    this.#retention = retention;
    this.#rows = limits.rows;
    this.#bytes = limits.bytes;
  }

  /** Within a transaction: one execution goes at once, as far as anybody can see. */
  remove(key: number): void {
    if (this.#removals.remove(key, this.#bite())) this.#left = true;
  }

  /** An execution that had ended was removed by request. */
  removed(): void {
    this.#retention?.removed(1);
  }

  /** An execution has ended, durably. */
  ended(at: number): void {
    this.#retention?.ended(at);
  }

  /** An activity that kept an ended execution from going is over. */
  released(): void {
    this.#retention?.look();
  }

  /** Whether there is something to remove now. */
  get due(): boolean {
    return this.#left || this.#retention?.due === true;
  }

  /** What is to be written with the next commit. */
  next(): Joined {
    let left = false;
    let more = false;
    let expired = 0;
    return {
      write: () => {
        const bite = this.#bite();
        left = !this.#removals.continue(bite);
        // Each has a row of its own, and one at least in the journal.
        const most = Math.ceil(bite.rows / 2);
        const keys = most > 0 ? (this.#retention?.expired(most) ?? []) : [];
        for (const key of keys) {
          if (bite.rows <= 0) break;
          left = this.#removals.remove(key, bite) || left;
          expired += 1;
        }
        more = most === 0 || expired === most || expired < keys.length;
      },
      committed: () => {
        this.#left = left;
        this.#retention?.removed(expired);
        if (more) this.#retention?.look();
      },
      failed: () => this.#retention?.look(),
    };
  }

  stop(): void {
    this.#retention?.stop();
  }

  #bite(): Bite {
    return new Bite(this.#rows, this.#bytes);
  }
}
