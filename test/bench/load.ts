/**
 * B6, its first half: a server at half of what it can do, for so many minutes: memory, log and latency must not drift.
 * `bun test/bench/load.ts [minutes]`
 */
import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { oneSet } from "./definitions.ts";
import { inFlight, latencyOf, memoryOf, slope, timed } from "./measure.ts";
import { count, ms, scratch, section } from "./report.ts";
import { apply, runOnServer, serve } from "./server.ts";

const minutes = Number(process.argv[2] ?? 2);
/** Executions of the trial that finds out how much the server can do. */
const trial = 2_000;

interface Sample {
  readonly seconds: number;
  readonly rssMb: number;
  readonly walMb: number;
}

await section("load", "B6: a server under steady load", async () => {
  const folder = scratch();
  try {
    const server = await serve(folder);
    await apply(server.clients, [oneSet]);
    let serial = 0;
    const run = () => runOnServer(server, `l-${serial++}`, "one-set", { n: 0 });
    const trialMs = await timed(() => inFlight(trial, 50, run));
    const perSecond = trial / (trialMs / 1000) / 2;
    const samples: Sample[] = [];
    const wal = join(folder, "home/data/pawl.db-wal");
    const sample = (seconds: number) => {
      const walMb = existsSync(wal) ? statSync(wal).size / 2 ** 20 : 0;
      samples.push({ seconds, rssMb: memoryOf(server.pid).rssMb, walMb });
    };
    const times = await paced(perSecond, minutes * 60, run, sample);
    await server.end("SIGTERM");
    return result(perSecond, samples, times);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
process.exit();

/** Begins `work` so often per second, however long it takes, as arrivals do; its times, in the order of the beginnings. */
async function paced(
  perSecond: number,
  seconds: number,
  work: () => Promise<unknown>,
  sample: (seconds: number) => void,
): Promise<number[]> {
  const total = Math.floor(perSecond * seconds);
  const running: Promise<number>[] = [];
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const from = performance.now();
  let sampled = -1;
  const tick = setInterval(() => {
    const passed = (performance.now() - from) / 1000;
    while (running.length < Math.min(total, passed * perSecond)) running.push(timed(work));
    if (Math.floor(passed) > sampled) {
      sampled = Math.floor(passed);
      sample(passed);
    }
    if (running.length >= total) resolve();
  }, 5);
  await done;
  clearInterval(tick);
  return Promise.all(running);
}

function result(perSecond: number, samples: readonly Sample[], times: readonly number[]) {
  const settled = samples.slice(samples.length >> 2);
  const perMinute = slope(settled.map(({ seconds, rssMb }) => [seconds / 60, rssMb]));
  const [first, second] = [times.slice(0, times.length >> 1), times.slice(times.length >> 1)].map(latencyOf);
  const wal = Math.max(...samples.map(({ walMb }) => walMb));
  const rss = samples.at(-1)?.rssMb ?? 0;
  return {
    method:
      `${minutes} minutes at ${count(perSecond)} one-task workflows a second, ` +
      `half of what ${count(trial)} of them reached.`,
    tables: [
      {
        head: [
          "executions",
          "RSS at the end",
          "RSS slope, last three quarters",
          "largest log",
          "p99 first half",
          "second half",
        ],
        rows: [
          [
            count(times.length),
            `${rss.toFixed(0)} MB`,
            `${perMinute.toFixed(2)} MB a minute`,
            `${wal.toFixed(0)} MB`,
            ms(first!.p99Ms),
            ms(second!.p99Ms),
          ],
        ],
      },
    ],
    raw: { minutes, perSecond, first, second, samples, perMinute },
  };
}
