/**
 * What both sides of B9 do, ours and the hand-written: open on the Temporal server that is given, run the same workflows, and
 * print the figures as one line of JSON. Runs under Bun and Node.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { cpuSecondsOf, inFlight, latencyOf, memoryOf } from "../measure.ts";

/** Ten tasks; one task; task, HTTP call, task; a loop of five HTTP calls; task, wait of 10 ms, task. */
export const kinds = ["ten-sets", "one-set", "chain", "calls", "nap"] as const;
export type Kind = (typeof kinds)[number];

export interface Twin {
  /** From the start of one workflow to its result. `id` is unique in the task queue. */
  run(kind: Kind, id: string): Promise<unknown>;
  /** Processes other than this one that do the work. */
  readonly pids: readonly number[];
  close(): Promise<unknown>;
}

/** One turn of one side. */
export interface Turn {
  /** HOST:PORT of Temporal, and the process that serves there. */
  readonly address: string;
  readonly serverPid: number;
  readonly taskQueue: string;
  /** An empty folder to keep data in. */
  readonly folder: string;
  /** Workflows of each kind: many at once, and one at a time. */
  readonly throughput: number;
  readonly latency: number;
}

export interface KindFigures {
  readonly workflowsPerSecond: number;
  /** Processor time of 1,000 workflows: of worker and client, and of Temporal. */
  readonly ownCpu: number;
  readonly serverCpu: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Figures {
  readonly kinds: Readonly<Record<Kind, KindFigures>>;
  /** Of worker and client, after the work. */
  readonly endMb: number;
}

const concurrent = 50;

export async function measureTwin(open: (turn: Turn, url: string) => Promise<Twin>): Promise<void> {
  process.once("SIGTERM", () => process.exit(1));
  const turn = JSON.parse(process.argv[2] ?? "{}") as Turn;
  const answering = createServer((_, response) => response.end('{"n":1}'));
  await new Promise<void>((resolve) => answering.listen(0, "127.0.0.1", resolve));
  const { port } = answering.address() as AddressInfo;
  const twin = await open(turn, `http://127.0.0.1:${port}/`);
  const pids = [process.pid, ...twin.pids];
  const total = (of: (pid: number) => number) => pids.map(of).reduce((sum, value) => sum + value);
  for (const kind of kinds)
    await inFlight(concurrent, concurrent, (n) => twin.run(kind, `${kind}-warm-${n}`));
  const figures: Partial<Record<Kind, KindFigures>> = {};
  for (const kind of kinds) {
    const own = total(cpuSecondsOf);
    const server = cpuSecondsOf(turn.serverPid);
    const from = performance.now();
    await inFlight(turn.throughput, concurrent, (n) => twin.run(kind, `${kind}-${n}`));
    const seconds = (performance.now() - from) / 1000;
    const per1000 = (cpuSeconds: number) => (cpuSeconds / turn.throughput) * 1000;
    const ownCpu = per1000(total(cpuSecondsOf) - own);
    const serverCpu = per1000(cpuSecondsOf(turn.serverPid) - server);
    const { p50Ms, p99Ms } = latencyOf(
      await inFlight(turn.latency, 1, (n) => twin.run(kind, `${kind}-alone-${n}`)),
    );
    figures[kind] = { workflowsPerSecond: turn.throughput / seconds, ownCpu, serverCpu, p50Ms, p99Ms };
  }
  const endMb = total((pid) => memoryOf(pid).rssMb);
  await twin.close();
  answering.close();
  console.log(JSON.stringify({ kinds: figures, endMb }));
  process.exit(0);
}
