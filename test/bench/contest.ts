/**
 * B1 and B2 (and B9's half of it): ours and the peers in turns, each turn a process of its own on an empty folder.
 * `bun test/bench/contest.ts [rounds] [contender…]`
 */
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { median } from "./measure.ts";
import type { Figures, Turn } from "./peers/contender.ts";
import { installPeers, programOf } from "./peers/install.ts";
import { count, ms, scratch, section } from "./report.ts";

interface Entry {
  readonly name: string;
  readonly mode: string;
  readonly told: string;
  /** Workflows of B1 and of B2: fewer for who is slow, since a rate is measured. */
  readonly throughput: number;
  readonly latency: number;
}

const ours = (name: string, mode: string, told: string): Entry => ({
  name,
  mode,
  told,
  throughput: 2_000,
  latency: 1_000,
});
const peer = (
  name: string,
  mode: string,
  told: string,
  [throughput, latency]: readonly [number, number],
): Entry => ({ name, mode, told, throughput, latency });

const entries: readonly Entry[] = [
  ours("pawl-embedded", "output", "Pawl, in process, output-commit"),
  ours("pawl-embedded", "task", "Pawl, in process, `--durability task`"),
  ours("pawl-server", "output", "Pawl, server, output-commit"),
  ours("pawl-server", "task", "Pawl, server, `--durability task`"),
  peer("restate", "steps", "Restate, `ctx.run` per task", [500, 1_000]),
  peer("restate", "plain", "Restate, plain code", [500, 1_000]),
  peer("open-workflow", "steps", "OpenWorkflow on SQLite, `step.run` per task", [100, 3]),
  peer("temporal", "steps", "Temporal dev server, local activity per task", [100, 20]),
  peer("temporal", "plain", "Temporal dev server, plain code", [100, 20]),
];

const rounds = Number(process.argv[2] ?? 5);
const asked = process.argv.slice(3);
const peers = await installPeers();
const running = entries.filter(
  ({ name }) => !(name in peers.absent) && (asked.length === 0 || asked.includes(name)),
);
const failures = new Map<Entry, string>();

const head = [
  "",
  "workflows/s",
  "tasks/s",
  "CPU s per 1,000",
  "one task p50",
  "p99",
  "set, HTTP, set p50",
  "p99",
  "RSS idle",
  "RSS after",
  "B1, B2 per round",
];

function row(
  { told, throughput, latency }: Entry,
  of: (pick: (figures: Figures) => number) => number,
): string[] {
  const perSecond = of(({ workflowsPerSecond }) => workflowsPerSecond);
  return [
    told,
    count(perSecond),
    count(perSecond * 10),
    of(({ cpuSecondsPer1000 }) => cpuSecondsPer1000).toFixed(2),
    ms(of(({ one }) => one.p50Ms)),
    ms(of(({ one }) => one.p99Ms)),
    ms(of(({ chain }) => chain.p50Ms)),
    ms(of(({ chain }) => chain.p99Ms)),
    `${count(of(({ idleMb }) => idleMb))} MB`,
    `${count(of(({ endMb }) => endMb))} MB`,
    `${count(throughput)}, ${count(latency)}`,
  ];
}

const ratioHead = [
  "B1, times as many workflows/s",
  "in process",
  "in process, task",
  "server",
  "server, task",
];

function ratios(
  measured: readonly Entry[],
  of: (entry: Entry, pick: (figures: Figures) => number) => number,
): string[][] {
  const perSecond = (entry: Entry) => of(entry, ({ workflowsPerSecond }) => workflowsPerSecond);
  const own = measured.filter(({ name }) => name.startsWith("pawl"));
  const others = measured.filter(({ name }) => !name.startsWith("pawl"));
  return others.map((other) => [
    other.told,
    ...own.map((entry) => `${(perSecond(entry) / perSecond(other)).toFixed(1)}×`),
  ]);
}

/** One turn; or why there was none. */
async function play({ name, mode, throughput, latency }: Entry): Promise<Figures | string> {
  const folder = scratch();
  const turn: Turn = { mode, folder, throughput, latency };
  const own = name.startsWith("pawl");
  const program = own ? resolve(import.meta.dir, `peers/${name}.ts`) : programOf(name);
  const runtime = own || name === "open-workflow" ? process.execPath : "node";
  const child = Bun.spawn([runtime, program, JSON.stringify(turn)], {
    cwd: folder,
    env: { ...process.env, ...peers.env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 180_000,
    killSignal: "SIGTERM",
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  rmSync(folder, { recursive: true, force: true });
  const line = out.trim().split("\n").at(-1) ?? "";
  if (child.exitCode === 0 && line.startsWith("{")) return JSON.parse(line);
  return `it ended with ${child.exitCode ?? child.signalCode}: ${err.trim().slice(0, 500)}`;
}

await section("contest", "B1, B2: throughput and latency, with peers", async () => {
  const figures = new Map<Entry, Figures[]>(running.map((entry) => [entry, []]));
  for (let round = 0; round < rounds; round++) {
    for (const entry of running) {
      if (failures.has(entry)) continue;
      const turn = await play(entry);
      if (typeof turn === "string") failures.set(entry, turn);
      else figures.get(entry)?.push(turn);
    }
  }
  const measured = running.filter((entry) => !failures.has(entry));
  const of = (entry: Entry, pick: (figures: Figures) => number) =>
    median((figures.get(entry) ?? []).map(pick));
  const rows = measured.map((entry) => row(entry, (pick) => of(entry, pick)));
  const missing = [
    ...Object.entries(peers.absent),
    ...[...failures].map(([{ told }, why]) => [told, why] as const),
  ];
  return {
    method:
      `${rounds} rounds in turns, medians. B1: 10 tasks each, 50 in flight, so many workflows per round as the table says, ` +
      "after a warm-up of three seconds. B2: one at a time, from the start to the result, so many per round. Over a server a " +
      "workflow is one HTTP call, by `fetch`, that answers with the result: Restate's ingress, and our `Start` with `waitMs`.",
    versions: peers.versions,
    tables: [
      { head, rows },
      { head: ratioHead, rows: ratios(measured, of) },
    ],
    notes: missing.map(([what, why]) => `Not measured: ${what}: ${why}`),
    raw: measured.map((entry) => ({ ...entry, turns: figures.get(entry) })),
  };
});
