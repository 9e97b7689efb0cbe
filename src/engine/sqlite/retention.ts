import type { Clock } from "./clock.ts";
import type { Retain } from "./options.ts";
import type { Connection, Statement } from "./store.ts";

/** So that a machine that slept, or whose clock was set, is late by no more than this. */
const longestMs = 3_600_000;

/** Says which executions have been kept long enough. None is named while an activity of it is under way. */
export class Retention {
  readonly #policy: Retain;
  readonly #clock: Clock;
  readonly #wake: () => void;
  readonly #oldest: Statement<{ key: number }>;
  readonly #next: Statement<{ at: number | null }>;
  /** Executions that have ended; counted only when there is a most of them. */
  #ended = 0;
  /** Whether another look is worth it. */
  #due = true;
  /** What ended until then had been kept for long enough at the last look. */
  #until = 0;
  #armed: (() => void) | undefined;

  /** `wake` is called when it is time to look. */
  constructor(connection: Connection, clock: Clock, policy: Retain, wake: () => void) {
    this.#policy = policy;
    this.#clock = clock;
    this.#wake = wake;
    this.#oldest = connection.prepare(
      `SELECT key FROM executions e WHERE ended_at <= +?
       AND NOT EXISTS (SELECT 1 FROM activities a WHERE a.execution = e.key) ORDER BY ended_at LIMIT +?`,
    );
    this.#next = connection.prepare("SELECT min(ended_at) AS at FROM executions WHERE ended_at > +?");
    if (!("count" in policy)) return;
    const count = "SELECT count(*) AS count FROM executions WHERE ended_at IS NOT NULL";
    this.#ended = Number(connection.prepare(count).get()?.["count"] ?? 0);
  }

  get due(): boolean {
    return this.#due;
  }

  /** The oldest that may go, at most so many; afterwards it is not due, until time or `look` say so. */
  expired(limit: number): number[] {
    const policy = this.#policy;
    this.#due = false;
    const excess = "count" in policy ? this.#ended - policy.count : limit;
    if (excess <= 0) return [];
    this.#until = "count" in policy ? Number.MAX_SAFE_INTEGER : this.#clock.now() - policy.ageMs;
    return this.#oldest.all(this.#until, Math.min(limit, excess)).map(({ key }) => key);
  }

  /** So many are gone, durably. */
  removed(count: number): void {
    this.#ended -= count;
    if (!this.#due) this.#armForNext();
  }

  /** One more has ended. */
  ended(at: number): void {
    this.#ended += 1;
    if (!("count" in this.#policy)) this.#arm(at + this.#policy.ageMs);
    else if (this.#ended > this.#policy.count) this.#due = true;
  }

  /** There may be more that can go. */
  look(): void {
    this.#due = true;
  }

  stop(): void {
    this.#armed?.();
  }

  /** Throws nothing: what is durable is carried out, whether the store can be read or not. */
  #armForNext(): void {
    if ("count" in this.#policy) return;
    try {
      this.#readNext(this.#policy.ageMs);
    } catch {
      this.#due = true;
      this.#wake();
    }
  }

  #readNext(ageMs: number): void {
    // Not what is due by now: the commit took its time, and what fell due meanwhile would be waited for by nobody.
    const next = this.#next.get(this.#until)?.at;
    if (typeof next === "number") this.#arm(next + ageMs);
  }

  /** Unless it is armed already: what ended before is due before. */
  #arm(at: number): void {
    if (this.#armed) return;
    const ms = Math.min(Math.max(1, at - this.#clock.now()), longestMs);
    this.#armed = this.#clock.after(ms, () => {
      this.#armed = undefined;
      this.#due = true;
      this.#wake();
    });
  }
}
