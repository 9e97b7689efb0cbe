/** Time, as the engine sees it. */
export interface Clock {
  /** ms since the epoch, an integer. */
  now(): number;
  /** Calls back once, at least `ms` from now; answers what takes it back. */
  after(ms: number, callback: () => void): () => void;
  /** Calls back once, soon, after the I/O that is already due: a turn of its own of the event loop. */
  defer(callback: () => void): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timeout = setTimeout(callback, ms);
    return () => clearTimeout(timeout);
  },
  defer(callback) {
    setImmediate(callback);
  },
};
