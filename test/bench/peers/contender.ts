/**
 * What every program in the contest does, ours and the peers': opens, warms up, runs B1 and B2, and prints the figures as
 * one line of JSON. Runs under Bun and Node.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { cpuSecondsOf, inFlight, latencyOf, memoryOf } from "../measure.ts";

/** Ten tasks, one task, and task, HTTP call, task. */
export type Kind = "ten-sets" | "one-set" | "chain";

export interface Contender {
  /** From the start of one workflow to its result. `id` is unique. */
  run(kind: Kind, id: string): Promise<unknown>;
  /** Processes other than this one that do the work. */
  readonly pids: readonly number[];
  close(): Promise<unknown>;
}

/** One turn of one contender. */
export interface Turn {
  readonly mode: string;
  /** An empty folder to keep data in. */
  readonly folder: string;
  readonly throughput: number;
  readonly latency: number;
}

export interface Figures {
  readonly workflowsPerSecond: number;
  readonly cpuSecondsPer1000: number;
  readonly one: { readonly p50Ms: number; readonly p99Ms: number };
  readonly chain: { readonly p50Ms: number; readonly p99Ms: number };
  /** Of all processes together: opened and idle, and after the work. */
  readonly idleMb: number;
  readonly endMb: number;
}

const concurrent = 50;
/** The same time for everybody: whoever is fast needs as long as the others until its code is compiled. */
const warmUpMs = 3_000;

export async function contend(open: (turn: Turn, url: string) => Promise<Contender>): Promise<void> {
  process.once("SIGTERM", () => process.exit(1));
  const turn = JSON.parse(process.argv[2] ?? "{}") as Turn;
  const answering = createServer((_, response) => response.end('{"n":1}'));
  await new Promise<void>((resolve) => answering.listen(0, "127.0.0.1", resolve));
  const { port } = answering.address() as AddressInfo;
  const contender = await open(turn, `http://127.0.0.1:${port}/`);
  const pids = [process.pid, ...contender.pids];
  const total = (of: (pid: number) => number) => pids.map(of).reduce((sum, value) => sum + value);
  const idleMb = total((pid) => memoryOf(pid).rssMb);
  let serial = 0;
  const several = (kind: Kind, count: number, most: number) =>
    inFlight(count, most, () => contender.run(kind, `${kind}-${serial++}`));
  for (const warm = performance.now() + warmUpMs; performance.now() < warm; ) {
    await several("ten-sets", concurrent, concurrent);
  }
  const cpu = total(cpuSecondsOf);
  const from = performance.now();
  await several("ten-sets", turn.throughput, concurrent);
  const seconds = (performance.now() - from) / 1000;
  const cpuSeconds = total(cpuSecondsOf) - cpu;
  const one = (await several("one-set", turn.latency * 1.1, 1)).slice(-turn.latency);
  const chain = (await several("chain", turn.latency * 1.1, 1)).slice(-turn.latency);
  const figures: Figures = {
    workflowsPerSecond: turn.throughput / seconds,
    cpuSecondsPer1000: (cpuSeconds / turn.throughput) * 1000,
    one: latencyOf(one),
    chain: latencyOf(chain),
    idleMb,
    endMb: total((pid) => memoryOf(pid).rssMb),
  };
  await contender.close();
  answering.close();
  console.log(JSON.stringify(figures));
  process.exit(0);
}
