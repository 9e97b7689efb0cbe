/**
 * B9: the same workflows on one Temporal dev server, through our executable and hand-written with the TypeScript SDK, in turns.
 * `bun test/bench/temporal.ts [rounds] [workflows of each kind]`
 */
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { Client, Connection } from "@temporalio/client";
import { median } from "./measure.ts";
import { freePorts, startChild } from "./peers/child.ts";
import { installPeers, packages, programOf } from "./peers/install.ts";
import { count, ms, scratch, section } from "./report.ts";
import { type Figures, type Kind, type KindFigures, kinds, type Turn } from "./twins/twin.ts";

const sides = ["pawl", "hand-written"] as const;
type Side = (typeof sides)[number];
const names = { pawl: "Pawl on Temporal", "hand-written": "Hand-written with the SDK" } as const;

const rounds = Number(process.argv[2] ?? 3);
const throughput = Number(process.argv[3] ?? 100);
const latency = Math.ceil(throughput / 5);

interface History {
  readonly events: number;
  readonly bytes: number;
}
type Histories = Readonly<Record<Kind, History>>;
interface Played {
  readonly figures: Figures;
  readonly histories: Histories;
}

const peers = await installPeers();
const absence = peers.absent["temporal"];

/** The program of the hand-written side runs under Node, beside the SDK that was installed for it. */
async function bundleTwin(): Promise<void> {
  await Bun.build({
    entrypoints: ["hand-written", "hand-written-workflows"].map((name) =>
      resolve(import.meta.dir, `twins/${name}.ts`),
    ),
    outdir: resolve(programOf("twin"), ".."),
    naming: "[name].mjs",
    target: "node",
    external: Object.keys(packages),
  });
}

/** Temporal's dev server on a SQLite file, the same for all turns. */
async function openTemporal(folder: string) {
  const [port, http, metrics] = (await freePorts(3)) as [number, number, number];
  const words = ["server", "start-dev", "--headless", "--ip", "127.0.0.1", "--log-level", "never"];
  const ports = ["--port", `${port}`, "--http-port", `${http}`, "--metrics-port", `${metrics}`];
  const store = ["--db-filename", `${folder}/temporal.db`, "--sqlite-pragma", "synchronous=full"];
  const cli = peers.env["PAWL_TEMPORAL_CLI"] ?? "";
  const child = await startChild(cli, [...words, ...ports, ...store], { HOME: folder }, "Metrics:");
  return { ...child, address: `127.0.0.1:${port}` };
}

async function play(side: Side, turn: Turn): Promise<Figures> {
  const program = side === "pawl" ? resolve(import.meta.dir, "twins/pawl.ts") : programOf("hand-written");
  const child = Bun.spawn([side === "pawl" ? process.execPath : "node", program, JSON.stringify(turn)], {
    cwd: turn.folder,
    env: { ...process.env, ...peers.env, TWIN_WORKFLOWS: programOf("hand-written-workflows") },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 600_000,
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  const line = out.trim().split("\n").at(-1) ?? "";
  if (child.exitCode === 0 && line.startsWith("{")) return JSON.parse(line);
  throw new Error(`${side} ended with ${child.exitCode ?? child.signalCode}: ${err.trim().slice(0, 2000)}`);
}

/** What one execution of each kind left in Temporal. */
async function historiesOf(client: Client, taskQueue: string): Promise<Histories> {
  const read = async (kind: Kind) => {
    const { historyLength, historySize } = await client.workflow
      .getHandle(`${taskQueue}/${kind}-alone-0`)
      .describe();
    return [kind, { events: historyLength, bytes: historySize ?? 0 }] as const;
  };
  return Object.fromEntries(await Promise.all(kinds.map(read))) as Histories;
}

const head = ["", "", "workflows/s", "p50", "p99", "CPU s per 1,000", "of Temporal", "events", "bytes"];

function tableOf(played: Readonly<Record<Side, readonly Played[]>>) {
  const of = (side: Side, pick: (one: Played) => number) => median(played[side].map(pick));
  const row = (kind: Kind, side: Side) => {
    const figure = (name: keyof KindFigures) => of(side, ({ figures }) => figures.kinds[kind][name]);
    const history = (name: keyof History) => of(side, ({ histories }) => histories[kind][name]);
    return [
      kind,
      names[side],
      figure("workflowsPerSecond").toFixed(1),
      ms(figure("p50Ms")),
      ms(figure("p99Ms")),
      figure("ownCpu").toFixed(1),
      figure("serverCpu").toFixed(1),
      count(history("events")),
      count(history("bytes")),
    ];
  };
  return { head, rows: kinds.flatMap((kind) => sides.map((side) => row(kind, side))) };
}

/** Ours to theirs, each round by itself, then the median of the rounds. */
function ratiosOf(played: Readonly<Record<Side, readonly Played[]>>) {
  const ratio = (pick: (one: Played) => number) =>
    median(played.pawl.map((one, round) => pick(one) / pick(played["hand-written"][round]!)));
  const row = (kind: Kind) => {
    const figure = (name: keyof KindFigures) => ratio(({ figures }) => figures.kinds[kind][name]);
    const history = (name: keyof History) => ratio(({ histories }) => histories[kind][name]);
    const throughputTime = 1 / figure("workflowsPerSecond");
    const ratios = [throughputTime, figure("p50Ms"), figure("ownCpu"), figure("serverCpu")];
    return [kind, ...[...ratios, history("events"), history("bytes")].map((one) => `${one.toFixed(2)}×`)];
  };
  return {
    head: [
      "Pawl to hand-written",
      "time, 50 in flight",
      "time, one at a time",
      "CPU",
      "CPU of Temporal",
      "events",
      "bytes",
    ],
    rows: kinds.map(row),
  };
}

await section("temporal", "B9: on Temporal, beside hand-written workflows", async () => {
  if (absence !== undefined) return { method: "", tables: [], notes: [`Not measured: ${absence}`], raw: {} };
  await bundleTwin();
  const folder = scratch();
  const temporal = await openTemporal(folder);
  const client = new Client({ connection: await Connection.connect({ address: temporal.address }) });
  const played: Record<Side, Played[]> = { pawl: [], "hand-written": [] };
  try {
    for (let round = 0; round < rounds; round++) {
      for (const side of sides) {
        const taskQueue = `${side}-${round}`;
        const turn = { address: temporal.address, serverPid: temporal.pid, taskQueue, folder: scratch() };
        const figures = await play(side, { ...turn, throughput, latency });
        rmSync(turn.folder, { recursive: true, force: true });
        played[side].push({ figures, histories: await historiesOf(client, taskQueue) });
      }
    }
  } finally {
    await client.connection.close();
    await temporal.end();
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    method:
      `${rounds} rounds in turns on one dev server (SQLite file, synchronous=FULL), medians. Of each kind ${throughput} ` +
      `workflows, 50 in flight, after a warm-up of 50; then ${latency} one at a time, from the start to the result. ` +
      "Hand-written is plain code for pure tasks, an activity for an HTTP call, `sleep` for a wait; the SDK's worker " +
      "with its defaults and its client in one process. Ours is the executable and a client on its socket.",
    versions: peers.versions,
    tables: [tableOf(played), ratiosOf(played)],
    raw: played,
  };
});
