/** An HTTP peer that answers when it is told to. */
export interface HoldingPeer {
  readonly port: number;
  /** Resolves with all calls so far, once there are so many. */
  arrived(count: number): Promise<readonly Arrival[]>;
  stop(): void;
}

export interface Arrival {
  /** The call's idempotency key. */
  readonly key: string | null;
  answer(): void;
}

export function openHoldingPeer(): HoldingPeer {
  const arrivals: Arrival[] = [];
  let wake = () => {};
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch: (request) =>
      new Promise<Response>((resolve) => {
        const answer = () => resolve(Response.json({ word: "done" }));
        arrivals.push({ key: request.headers.get("idempotency-key"), answer });
        wake();
      }),
  });
  const arrived = async (count: number) => {
    while (arrivals.length < count) await new Promise<void>((resolve) => (wake = resolve));
    return arrivals;
  };
  return { port: server.port as number, arrived, stop: () => server.stop(true) };
}
