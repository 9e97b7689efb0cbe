/**
 * B3: kill -9 of the compiled server with many executions in flight, half of them on a timer, half in an activity.
 * `bun test/bench/recovery.ts [executions]`
 */
import { rmSync } from "node:fs";
import { heldAt, oneSet, waits } from "./definitions.ts";
import { inFlight, memoryOf } from "./measure.ts";
import { count, ms, scratch, section } from "./report.ts";
import { apply, runOnServer, type Server, serve, start } from "./server.ts";

const executions = Number(process.argv[2] ?? 10_000);
const half = executions >> 1;
/** Long enough for all to be started before the first of them fires. */
const waitMs = 15_000 + executions * 2;
/** A loss must end the measurement, too. */
const deadlineMs = waitMs + 60_000;

/** Holds every call until it is told to let go; counts calls by idempotency key. */
function witness() {
  const calls = new Map<string, number>();
  const keys = new Map<string, Set<string>>();
  const released = Promise.withResolvers<void>();
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const key = request.headers.get("idempotency-key") ?? "";
      const path = new URL(request.url).pathname;
      calls.set(key, (calls.get(key) ?? 0) + 1);
      keys.set(path, (keys.get(path) ?? new Set()).add(key));
      await released.promise;
      return Response.json({ n: 1 });
    },
  });
  return { calls, keys, server, origin: server.url.origin, release: () => released.resolve() };
}

/** The instants at which the ends of executions were heard of, by id; resolves once all have ended. */
async function ends({ clients }: Server, since: number, from: number): Promise<Map<string, number>> {
  const ended = new Map<string, number>();
  const end = new AbortController();
  const deadline = setTimeout(() => end.abort(), deadlineMs);
  const at = { seconds: BigInt(Math.floor(since / 1000)), nanos: 0 };
  try {
    for await (const { item } of clients.executions.events(
      { follow: true, since: at as any },
      { signal: end.signal },
    )) {
      if (item.case !== "event") continue;
      const { type, subject } = JSON.parse(item.value);
      if (!type.includes("workflow.completed")) continue;
      if (/^(timer|held)-/.test(subject)) ended.set(subject, performance.now() - from);
      if (ended.size === executions) break;
    }
  } catch (error) {
    if (!end.signal.aborted) throw error;
  } finally {
    clearTimeout(deadline);
    end.abort();
  }
  return ended;
}

await section("recovery", "B3: kill -9 with executions in flight", async () => {
  const folder = scratch();
  const held = witness();
  try {
    const first = await serve(folder);
    await apply(first.clients, [heldAt(held.origin), waits, oneSet]);
    const began = Date.now();
    await inFlight(half, 64, (n) => start(first.clients, `held-${n}`, "held", {}));
    await inFlight(half, 64, (n) => start(first.clients, `timer-${n}`, "waits", { ms: waitMs }));
    const startedMs = Date.now() - began;
    const inCall = held.calls.size;
    await first.end("SIGKILL");
    const from = performance.now();
    held.release();
    const second = await serve(folder);
    const ending = ends(second, began, from);
    await runOnServer(second, "new", "one-set", { n: 0 });
    const firstResultMs = performance.now() - from;
    const ended = await ending;
    const of = (kind: string) => [...ended].filter(([id]) => id.startsWith(kind)).map(([, at]) => at);
    const twice = [...held.calls.values()].filter((times) => times > 1).length;
    const otherKey = [...held.keys.values()].filter(({ size }) => size > 1).length;
    const raw = {
      executions,
      startedMs,
      waitMs,
      inCall,
      readyMs: second.readyMs,
      firstResultMs,
      lastHeldMs: Math.max(...of("held")),
      lastTimerMs: Math.max(...of("timer")),
      lost: executions - ended.size,
      twice,
      otherKey,
      peakMb: memoryOf(second.pid).peakMb,
    };
    await second.end("SIGTERM");
    return {
      method: `${count(executions)} executions; killed as soon as the last start was acknowledged.`,
      tables: [
        {
          head: [
            "ready",
            "first new result",
            "last activity's workflow",
            "last timer's workflow",
            "lost",
            "run twice",
          ],
          rows: [
            [
              ms(raw.readyMs),
              ms(raw.firstResultMs),
              ms(raw.lastHeldMs),
              ms(raw.lastTimerMs),
              String(raw.lost),
              `${twice} of ${inCall} in flight, ${otherKey} with another key`,
            ],
          ],
        },
      ],
      notes: [
        `Of the ${count(half)} executions in an activity ${inCall} had their call in flight when the server was killed: ` +
          `no more run at once; the others waited for their turn in the store. Timers of ${ms(waitMs)} were due later than the ` +
          `restart. Peak of the new server: ${raw.peakMb.toFixed(0)} MB.`,
      ],
      raw,
    };
  } finally {
    await held.server.stop(true);
    rmSync(folder, { recursive: true, force: true });
  }
});
process.exit();
