import type { Clock } from "../../src/engine/sqlite/clock.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Two times, as in every machine: one that only goes on, and the time of day, which is also set. */
export class VirtualClock {
  #elapsedMs = 0;
  #offsetMs: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(nowMs = Date.UTC(2026, 0, 1)) {
    this.#offsetMs = nowMs;
  }

  /** The time of day. */
  now(): number {
    return this.#elapsedMs + this.#offsetMs;
  }

  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#elapsedMs + ms, order: this.#order++, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  get waiting(): number {
    return this.#timers.size;
  }

  /** Goes on to the earliest timer and calls it. */
  tick(): void {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (!next || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer;
    }
    if (!next) return;
    this.#timers.delete(next);
    this.#elapsedMs = Math.max(this.#elapsedMs, next.at);
    next.callback();
  }

  /** Something took its time, and nobody was called meanwhile. */
  pass(ms: number): void {
    this.#elapsedMs += ms;
  }

  /** The time of day is set. */
  jump(ms: number): void {
    this.#offsetMs += ms;
  }
}

/** The clock as one process sees it: when the process is dead, nothing of it is called any more. */
export class LifeClock implements Clock {
  readonly deferred: (() => void)[] = [];
  /** Timers that are set. */
  armed = 0;
  readonly #clock: VirtualClock;
  readonly #alive: () => boolean;

  constructor(clock: VirtualClock, alive: () => boolean) {
    this.#clock = clock;
    this.#alive = alive;
  }

  now(): number {
    return this.#clock.now();
  }

  after(ms: number, callback: () => void): () => void {
    this.armed += 1;
    let set = true;
    const unset = () => {
      if (set) this.armed -= 1;
      set = false;
    };
    const cancel = this.#clock.after(ms, () => {
      unset();
      if (this.#alive()) callback();
    });
    return () => {
      unset();
      cancel();
    };
  }

  defer(callback: () => void): void {
    this.deferred.push(callback);
  }

  /** A turn of the event loop. */
  turn(): void {
    this.deferred.shift()?.();
  }
}
