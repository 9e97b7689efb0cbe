import { Failure } from "../failure.ts";

/** The first of these events to happen, or `deadline`. Rejects `cancelled` when the signal aborts, and what an event rejects. */
export async function first<T extends string>(
  events: Readonly<Record<T, Promise<unknown>>>,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<T | "deadline"> {
  let timer: Timer | undefined;
  let onAbort: (() => void) | undefined;
  const cancelled = new Promise<never>((_, reject) => {
    onAbort = () => reject(new Failure("cancelled", "Interrupted while waiting for the server"));
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort);
  });
  const deadline = new Promise<"deadline">((resolve) => {
    timer = setTimeout(() => resolve("deadline"), Math.max(0, timeoutMs));
  });
  const names = Object.keys(events) as T[];
  try {
    return await Promise.race([cancelled, deadline, ...names.map((name) => events[name].then(() => name))]);
  } finally {
    clearTimeout(timer);
    if (onAbort) signal?.removeEventListener("abort", onAbort);
  }
}

/** A monotonic budget of time. */
export class Deadline {
  readonly #startedMs = performance.now();
  readonly totalMs: number;

  constructor(totalMs: number) {
    this.totalMs = totalMs;
  }

  remainingMs(): number {
    return Math.max(0, this.totalMs - (performance.now() - this.#startedMs));
  }
}
