/**
 * B4: what executions that wait cost: memory of a compiled server that has just started on them, disk, and how late
 * timers are. `bun test/bench/waiting.ts [executions…]`
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { waits } from "./definitions.ts";
import { embedded } from "./embedded.ts";
import { folderBytes, inFlight, latencyOf, memoryOf } from "./measure.ts";
import { count, ms, scratch, section } from "./report.ts";
import { apply, serve, start } from "./server.ts";

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [10_000, 100_000];
const hourMs = 3_600_000;
/** Timers whose lateness is measured, spread over so many ms. */
const [timers, spreadMs] = [1_000, 4_000];

interface Waiting {
  readonly executions: number;
  readonly rssMb: number;
  readonly bytes: number;
  readonly lateness: ReturnType<typeof latencyOf> | undefined;
}

/** Fills a store in this process, then serves it with the compiled executable. */
async function wait(executions: number): Promise<Waiting> {
  const folder = scratch();
  const data = join(folder, "home/data");
  mkdirSync(data, { recursive: true, mode: 0o700 });
  try {
    const engine = await embedded(data, [waits]);
    const workflow = { namespace: "test", name: "waits" };
    await inFlight(executions, 2_000, (n) =>
      engine.startExecution({ id: `w-${n}`, workflow, input: { ms: hourMs } }),
    );
    await engine.stop();
    const bytes = folderBytes(data);
    const server = await serve(folder);
    await server.clients.server.info({});
    const { rssMb } = memoryOf(server.pid);
    const lateness = executions === 0 ? undefined : await late(server);
    await server.end("SIGTERM");
    return { executions, rssMb, bytes, lateness };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From the instant a timer is due to that at which a client hears of its end. */
async function late(server: Awaited<ReturnType<typeof serve>>) {
  const { clients } = server;
  await apply(clients, [waits]);
  const due = new Map<string, number>();
  const end = new AbortController();
  const times: number[] = [];
  const hearing = (async () => {
    const since = { seconds: BigInt(Math.floor(Date.now() / 1000)), nanos: 0 } as any;
    for await (const { item } of clients.executions.events({ follow: true, since }, { signal: end.signal })) {
      if (item.case !== "event") continue;
      const { type, time, subject } = JSON.parse(item.value);
      if (type.includes("task.started")) due.set(subject, Date.parse(time) + msOf(subject));
      const at = due.get(subject);
      if (type.includes("workflow.completed") && at !== undefined) times.push(Date.now() - at);
      if (times.length === timers) break;
    }
  })();
  await inFlight(timers, 32, (n) => start(clients, `d-${n}`, "waits", { ms: msOf(`d-${n}`) }));
  await hearing;
  end.abort();
  return latencyOf(times);
}

const msOf = (id: string) => 2_000 + ((Number(id.split("-").at(-1)) * 7919) % spreadMs);

await section("waiting", "B4: executions that wait", async () => {
  const empty = await wait(0);
  const measured: Waiting[] = [];
  for (const size of sizes) measured.push(await wait(size));
  const rows = measured.map(({ executions, rssMb, bytes, lateness }) => [
    count(executions),
    `${rssMb.toFixed(0)} MB`,
    `${Math.round(((rssMb - empty.rssMb) * 2 ** 20) / executions)} B`,
    `${Math.round((bytes - empty.bytes) / executions)} B`,
    lateness ? ms(lateness.p50Ms) : "",
    lateness ? ms(lateness.p99Ms) : "",
  ]);
  return {
    method: `RSS of a server that has just started on the store, less that on an empty one (${empty.rssMb.toFixed(0)} MB).`,
    tables: [{ head: ["waiting", "RSS", "RSS each", "disk each", "timers late p50", "p99"], rows }],
    notes: [
      `Lateness: ${count(timers)} timers beside those, from the due instant until a client over the socket heard of it.`,
    ],
    raw: { empty, measured },
  };
});
process.exit();
