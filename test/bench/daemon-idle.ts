/** What servers do while nobody asks them anything: their memory, and their system calls by `strace -c`. */
import { readFileSync } from "node:fs";
import { memoryOf } from "./measure.ts";

export interface Idle {
  readonly rssMb: number;
  /** What of it no other process shares. */
  readonly privateMb: number;
  readonly calls: number;
  readonly byCall: Readonly<Record<string, number>>;
}

/** After it has worked, the runtime's collector looks in once a second, until nothing has changed for half a minute. */
const settleMs = 45_000;

/** All of them at once, so that whatever the machine does meanwhile it does to all. */
export async function watchIdle(pids: readonly number[], seconds: number): Promise<Idle[]> {
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  const traces = await Promise.all(pids.map((pid) => trace(pid, seconds)));
  return traces.map((byCall, n) => {
    const pid = pids[n] ?? 0;
    const calls = Object.values(byCall).reduce((sum, count) => sum + count, 0);
    return { rssMb: memoryOf(pid).rssMb, privateMb: privateMbOf(pid), calls, byCall };
  });
}

async function trace(pid: number, seconds: number): Promise<Record<string, number>> {
  const tracer = Bun.spawn(["strace", "-c", "-f", "-U", "name,calls", "-p", String(pid)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const timer = setTimeout(() => tracer.kill("SIGINT"), seconds * 1000);
  const text = await new Response(tracer.stderr).text();
  clearTimeout(timer);
  const rows = [...text.matchAll(/^(\w+) +(\d+)$/gm)].map(
    ([, name, count]) => [name, Number(count)] as const,
  );
  return Object.fromEntries(rows.filter(([name]) => name !== "total"));
}

function privateMbOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const kb = [...text.matchAll(/^Private_\w+: +(\d+)/gm)].reduce((sum, [, size]) => sum + Number(size), 0);
  return kb / 1024;
}
