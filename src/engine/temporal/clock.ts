/** Time, as the connection to Temporal sees it. */
export interface Clock {
  /** ms since the epoch. */
  now(): number;
  /** Calls back once, at least `ms` from now; answers what takes it back. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timeout = setTimeout(callback, ms);
    return () => clearTimeout(timeout);
  },
};
