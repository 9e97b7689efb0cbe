/**
 * Overload: ten thousand callers that connect at once and start one execution each, and beside them one that looks, again and
 * again. The storm comes from a process of its own, so that who looks is not late because of what it sends.
 * `bun test/bench/overload.ts [callers] [storms]`
 */
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { tenSets } from "./definitions.ts";
import { latencyOf, median, memoryOf, timed } from "./measure.ts";
import { count, ms, scratch, section } from "./report.ts";
import { apply, runOnServer, type Server, serve } from "./server.ts";
import type { Storm } from "./storm.ts";

const callers = Number(process.argv[2] ?? 10_000);
const storms = Number(process.argv[3] ?? 5);

const head = [
  "callers",
  "started",
  "told when to come back",
  "connection refused",
  "cut off",
  "last answer after",
  "`get` p50",
  "p99",
  "worst",
  "`get` in calm, p50, p99",
  "RSS after each storm, MB",
];

interface Look {
  readonly storm: Storm;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  readonly looks: number;
  readonly rssMb: number;
}

async function get({ socket: unix }: Server): Promise<void> {
  const init = {
    unix,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"id":"probe"}',
  };
  const answer = await fetch("http://pawl/pawl.v1.ExecutionService/Get", init);
  if (!(await answer.text()).includes("COMPLETED"))
    throw new Error(`A look was answered with ${answer.status}`);
}

/** One storm, from its first connection to its last answer, and every look meanwhile. */
async function weather(server: Server, name: string): Promise<Look> {
  const words = [
    process.execPath,
    resolve(import.meta.dir, "storm.ts"),
    server.socket,
    name,
    String(callers),
  ];
  const child = Bun.spawn(words, { stdio: ["ignore", "pipe", "inherit"], timeout: 60_000 });
  const times: number[] = [];
  let over = false;
  const storm = child.stdout.text().then((text) => {
    over = true;
    return JSON.parse(text) as Storm;
  });
  while (!over) times.push(await timed(() => get(server)));
  const { p50Ms, p99Ms, count: looks } = latencyOf(times);
  const worstMs = Math.max(...times);
  return { storm: await storm, p50Ms, p99Ms, worstMs, looks, rssMb: memoryOf(server.pid).rssMb };
}

await section("overload", "Overload: starts from more callers than there is room for", async () => {
  const folder = scratch();
  try {
    const server = await serve(folder);
    await apply(server.clients, [tenSets]);
    await runOnServer(server, "probe", "ten-sets", { n: 0 });
    const calm = await quiet(server);
    const looks: Look[] = [];
    for (let n = 0; n < storms; n++) looks.push(await weather(server, `s${n}-`));
    await server.end("SIGTERM");
    const of = (pick: (look: Look) => number) => median(looks.map(pick));
    const row = [
      count(callers),
      count(of(({ storm }) => storm.done)),
      count(of(({ storm }) => storm.told)),
      count(of(({ storm }) => storm.refused)),
      count(of(({ storm }) => storm.broken)),
      ms(of(({ storm }) => storm.lastMs)),
      ms(of(({ p50Ms }) => p50Ms)),
      ms(of(({ p99Ms }) => p99Ms)),
      ms(of(({ worstMs }) => worstMs)),
      `${ms(calm.p50Ms)}, ${ms(calm.p99Ms)}`,
      looks.map(({ rssMb }) => rssMb.toFixed(0)).join(", "),
    ];
    return { method: `${storms} storms, medians.`, tables: [{ head, rows: [row] }], raw: { calm, looks } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
process.exit();

async function quiet(server: Server) {
  const times: number[] = [];
  for (let n = 0; n < 1_000; n++) times.push(await timed(() => get(server)));
  return latencyOf(times);
}
