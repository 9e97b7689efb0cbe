/** One request that a workflow made. */
export interface Seen {
  readonly what: string;
  readonly key: string | null;
}

/**
 * A loopback service that writes down every request. A path named in `hold` is not answered before `release`: so a
 * server can be killed while its activity is in flight.
 */
export function startWitness(hold: readonly string[]) {
  const seen: Seen[] = [];
  const released = Promise.withResolvers<void>();
  const arrivals = new Map<string, PromiseWithResolvers<void>>();
  const arrival = (what: string) => {
    const known = arrivals.get(what) ?? Promise.withResolvers<void>();
    arrivals.set(what, known);
    return known;
  };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const what = new URL(request.url).pathname;
      seen.push({ what, key: request.headers.get("idempotency-key") });
      arrival(what).resolve();
      if (hold.includes(what)) await released.promise;
      return Response.json({ what });
    },
  });
  return {
    seen,
    origin: server.url.origin,
    /** Resolves once this path has been asked for. */
    arrived: (what: string) => arrival(what).promise,
    release: () => released.resolve(),
    times: (what: string) => seen.filter((one) => one.what === what).length,
    keys: (what: string) => new Set(seen.filter((one) => one.what === what).map(({ key }) => key)),
    stop: () => server.stop(true),
  };
}
