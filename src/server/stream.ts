/** Between two items of a quiet stream; a client that hears nothing for three of them knows the server is gone. */
const heartbeatMs = 15_000;

/**
 * The items as they come, and undefined whenever the client has heard nothing for one heartbeat. Ends with the source or
 * when the signal aborts; the source is always closed.
 */
export async function* withHeartbeats<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T | undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let next = iterator.next();
  let toldMs = performance.now();
  try {
    while (!signal.aborted) {
      const quietMs = toldMs + heartbeatMs - performance.now();
      const turn = quietMs > 0 ? await firstOf(next, signal, quietMs) : "quiet";
      if (turn === "aborted") return;
      if (turn === "quiet") {
        toldMs = performance.now();
        yield undefined;
        continue;
      }
      if (turn.done) return;
      toldMs = performance.now();
      next = iterator.next();
      yield turn.value;
    }
  } finally {
    next.catch(() => {});
    await iterator.return?.();
  }
}

async function firstOf<T>(next: Promise<IteratorResult<T>>, signal: AbortSignal, quietMs: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await Promise.race([
      next,
      new Promise<"quiet">((resolve) => {
        timer = setTimeout(resolve, quietMs, "quiet");
      }),
      new Promise<"aborted">((resolve) => {
        onAbort = () => resolve("aborted");
        signal.addEventListener("abort", onAbort, { once: true });
      }),
    ]);
  } finally {
    clearTimeout(timer);
    if (onAbort) signal.removeEventListener("abort", onAbort);
  }
}
