/** How many requests are kept waiting at a time, and which: so that every kill meets some that are in flight. */
const every = 9;
const held = 12;

/** A loopback service that counts every request by its path, and knows which of them should never come again. */
export function startToll() {
  const seen = new Map<string, string>();
  const repeated: string[] = [];
  const rekeyed: string[] = [];
  const completed = new Set<string>();
  const waiting: (() => void)[] = [];
  const milestones = new Map<number, () => void>();
  let requests = 0;
  let duplicates = 0;
  let holds = true;
  let shut = true;
  const shutOut: (() => void)[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const path = new URL(request.url).pathname;
      const key = request.headers.get("idempotency-key") ?? "none";
      if (completed.has(key)) repeated.push(path);
      const before = seen.get(path);
      if (before === undefined) seen.set(path, key);
      else duplicates += 1;
      if (before !== undefined && before !== key) rekeyed.push(path);
      requests += 1;
      milestones.get(seen.size)?.();
      if (shut) await new Promise<void>((resolve) => shutOut.push(resolve));
      if (holds && requests % every === 0) {
        if (waiting.length >= held) waiting.shift()?.();
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      return Response.json({ path });
    },
  });
  const release = () => {
    for (const answer of waiting.splice(0)) answer();
  };
  const open = () => {
    shut = false;
    for (const enter of shutOut.splice(0)) enter();
  };
  return {
    origin: server.url.origin,
    seen,
    repeated,
    rekeyed,
    get duplicates() {
      return duplicates;
    },
    /** Resolves once so many different things have been asked for. */
    reached: (count: number) =>
      new Promise<void>((resolve) => {
        if (seen.size >= count) resolve();
        else milestones.set(count, resolve);
      }),
    /** The server was killed; the results of these activities are in its store. */
    killed(keys: ReadonlySet<string>) {
      for (const key of keys) completed.add(key);
      release();
    },
    /** Until now nobody was answered. */
    open,
    /** From now on everybody is answered at once. */
    release() {
      holds = false;
      open();
      release();
    },
    stop: () => server.stop(true),
  };
}
