/** Between two items of a quiet stream; a client that hears nothing for three of them knows the server is gone. */
const heartbeatMs = 15_000;

/**
 * The items as they come, and undefined whenever the stream was quiet for one heartbeat. Ends with the source or when the
 * signal aborts; the source is always closed.
 */
export async function* withHeartbeats<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T | undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    while (!signal.aborted) {
      const turn = await firstOf(next, signal);
      if (turn === "quiet") yield undefined;
      else if (turn === "aborted" || turn.done) return;
      else {
        next = iterator.next();
        yield turn.value;
      }
    }
  } finally {
    next.catch(() => {});
    await iterator.return?.();
  }
}

async function firstOf<T>(next: Promise<IteratorResult<T>>, signal: AbortSignal) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await Promise.race([
      next,
      new Promise<"quiet">((resolve) => {
        timer = setTimeout(resolve, heartbeatMs, "quiet");
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
