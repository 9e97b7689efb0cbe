/**
 * The daemon: whole processes in turns with an empty compiled Bun binary and with other programs that have one server per
 * user. `bun test/bench/daemon.ts [rounds]`; PAWL_BENCH_APPLIES says how many `apply` are made in a row.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { watchIdle } from "./daemon-idle.ts";
import { type Command, ours, type Peer, peers } from "./daemon-peers.ts";
import { inFlight, latencyOf, median, memoryOf, timed } from "./measure.ts";
import { count, ms, scratch, section, type Table } from "./report.ts";
import { executable } from "./server.ts";

const root = resolve(import.meta.dir, "../..");
const rounds = Number(process.argv[2] ?? 30);
const applies = Number(process.env["PAWL_BENCH_APPLIES"] ?? 10_000);
const [herd, herds, chunk, idleSeconds] = [100, 3, 1000, 30];
const folder = scratch();
const [empty, health, idle] = ["empty", "health", "idle"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const floor: Peer = { name: "empty Bun binary", version: ["bun", "--version"], warm: () => [empty] };
const bare = {
  name: "health check alone",
  version: [executable, "version"],
  warm: (state: string) => [health, join(state, "home")],
  bar: 2,
};

/** Compiles a program of one module. */
function compile(outfile: string, source: string): void {
  writeFileSync(`${outfile}.ts`, source);
  const flags = ["--compile", "--minify", "--bytecode", "--format=esm", `--outfile=${outfile}`];
  const build = Bun.spawnSync([process.execPath, "build", ...flags, `${outfile}.ts`], { cwd: root });
  if (build.exitCode !== 0) throw new Error(String(build.stderr));
}

/** The time of a whole process, which has to end well. */
function run(command: readonly string[]): Promise<number> {
  return timed(async () => {
    const child = Bun.spawn([...command], {
      cwd: folder,
      env: { PATH: process.env["PATH"], HOME: folder, LANG: "C" },
      stdio: ["ignore", "ignore", "ignore"],
    });
    if ((await child.exited) !== 0) throw new Error(`${command.join(" ")}: exit code ${child.exitCode}`);
  });
}

function fresh(): string {
  return mkdtempSync(join(folder, "s-"));
}

async function inFresh<T>({ stop }: Peer, work: (state: string) => Promise<T>): Promise<T> {
  const state = fresh();
  try {
    return await work(state);
  } finally {
    if (stop) await run(stop(state)).catch(() => {});
    rmSync(state, { recursive: true, force: true });
  }
}

interface Figures {
  readonly name: string;
  readonly bar: number | undefined;
  readonly warmMs: number[];
  readonly coldMs: number[];
  readonly herds: { readonly ok: number; readonly ms: number }[];
}

/** Warm and cold of everybody in turns; then the herds. */
async function processes(all: readonly (Peer & { readonly bar?: number })[]): Promise<Figures[]> {
  const figures = all.map(({ name, bar }): Figures => ({ name, bar, warmMs: [], coldMs: [], herds: [] }));
  const states = all.map(fresh);
  const [shared] = ours.map((one) => states[all.indexOf(one)]);
  const stateOf = (peer: Peer, n: number) => (executable === peer.version[0] ? shared : states[n]) ?? "";
  const inTurns = async (work: (peer: Peer, own: Figures, state: string) => Promise<unknown>) => {
    for (const [n, peer] of all.entries()) await work(peer, figures[n] as Figures, stateOf(peer, n));
  };
  try {
    await inTurns(async ({ cold }, _, state) => cold && (await run(cold(state))));
    for (let round = 0; round < rounds; round++) {
      await inTurns(async ({ warm }, { warmMs }, state) => warmMs.push(await run(warm(state))));
      await inTurns(async (peer, { coldMs }) => {
        if (peer.cold) coldMs.push(await inFresh(peer, (state) => run(peer.cold?.(state) ?? [])));
      });
    }
    for (let round = 0; round < herds; round++) {
      await inTurns(async (peer, own) => peer.cold && own.herds.push(await stampede(peer, peer.cold)));
    }
  } finally {
    for (const [n, peer] of all.entries())
      if (peer.stop) await run(peer.stop(stateOf(peer, n))).catch(() => {});
  }
  return figures;
}

/** A hundred at once, and no server there. */
function stampede(peer: Peer, cold: Command): Promise<{ ok: number; ms: number }> {
  return inFresh(peer, async (state) => {
    let ok = 0;
    const one = () =>
      run(cold(state)).then(
        () => {
          ok += 1;
        },
        () => {},
      );
    const took = await timed(() => Promise.all(Array.from({ length: herd }, one)));
    return { ok, ms: took };
  });
}

/** One server through everything: `apply` in a row, then nothing at all beside an idle Bun server. */
async function server() {
  const state = fresh();
  const home = ["--home", join(state, "home")];
  const definition = resolve(root, "examples/hello.yaml");
  const bun = Bun.spawn([idle], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    await bun.stdout.getReader().read();
    await run([executable, "server", "start", ...home]);
    const status = Bun.spawnSync([executable, "server", "status", "-o", "json", ...home]);
    const { pid } = JSON.parse(status.stdout.toString()) as { pid: number };
    await run([executable, "apply", "-f", definition, ...home]);
    await run([executable, "run", definition, ...home]);
    const [ownIdle, bunIdle] = await watchIdle([pid, bun.pid], idleSeconds);
    const rows: { applies: number; rssMb: number; descriptors: number; p50Ms: number; p99Ms: number }[] = [];
    const look = (done: number, times: readonly number[]) => {
      const { p50Ms, p99Ms } = latencyOf(times);
      const descriptors = readdirSync(`/proc/${pid}/fd`).length;
      rows.push({ applies: done, rssMb: memoryOf(pid).rssMb, descriptors, p50Ms, p99Ms });
    };
    for (let done = chunk; done <= applies; done += chunk) {
      look(done, await inFlight(chunk, 1, () => run([executable, "apply", "-f", definition, ...home])));
    }
    return { ownIdle, bunIdle, rows };
  } finally {
    bun.kill();
    await run([executable, "server", "stop", ...home]).catch(() => {});
  }
}

function processTable(figures: readonly Figures[]): Table {
  const base = median(figures[0]?.warmMs ?? []);
  const rows = figures.map(({ name, bar, warmMs, coldMs, herds: stampedes }) => [
    name,
    ms(median(warmMs)),
    `${(median(warmMs) / base).toFixed(2)}×${bar === undefined ? "" : ` (bar ${bar}×)`}`,
    coldMs.length > 0 ? ms(median(coldMs)) : "",
    stampedes.length > 0 ? `${Math.min(...stampedes.map(({ ok }) => ok))}/${herd}` : "",
    stampedes.length > 0 ? ms(median(stampedes.map((one) => one.ms))) : "",
  ]);
  return { head: ["whole process", "warm", "to the floor", "cold", `${herd} at once`, "herd took"], rows };
}

function serverTables({ ownIdle, bunIdle, rows }: Awaited<ReturnType<typeof server>>): Table[] {
  const idleRow = (name: string, one: typeof ownIdle) => [
    name,
    `${one?.rssMb.toFixed(1)} MB`,
    `${one?.privateMb.toFixed(1)} MB`,
    `${one?.calls}`,
    `${((one?.calls ?? 0) / idleSeconds).toFixed(1)}`,
  ];
  return [
    {
      head: ["idle", "RSS", "of it private", `system calls in ${idleSeconds} s`, "per second"],
      rows: [idleRow("pawl (bar 60 MB)", ownIdle), idleRow("idle Bun.serve", bunIdle)],
    },
    {
      head: ["apply in a row", "RSS", "descriptors", "p50", "p99", "p99 to p50 (bar 2×)"],
      rows: rows.map((row) => [
        count(row.applies),
        `${row.rssMb.toFixed(1)} MB`,
        String(row.descriptors),
        ms(row.p50Ms),
        ms(row.p99Ms),
        `${(row.p99Ms / row.p50Ms).toFixed(2)}×`,
      ]),
    },
  ];
}

function versionOf({ version }: Peer): string {
  const { stdout, stderr } = Bun.spawnSync([...version]);
  return /\d+(\.\d+)+\w*/.exec(`${stdout}${stderr}`)?.[0] ?? "unknown";
}

const handshake = `import { introduce } from ${JSON.stringify(join(root, "src/client/handshake.ts"))};
import { locateHome } from ${JSON.stringify(join(root, "src/config/home.ts"))};
const answer = await introduce(locateHome(process.argv[2]), 5000);
process.exit(answer.kind === "server" ? 0 : 1);`;

try {
  mkdirSync(folder, { recursive: true });
  compile(empty, "");
  compile(health, handshake);
  compile(
    idle,
    `Bun.serve({ unix: ${JSON.stringify(`${idle}.sock`)}, fetch: () => new Response() });\nconsole.log();`,
  );
  const present = peers.filter(({ version: [program] }) => Bun.which(String(program)) !== null);
  const absent = peers.filter((peer) => !present.includes(peer)).map(({ name }) => name);
  await section("daemon", "One server per home", async () => {
    const figures = await processes([floor, bare, ...ours, ...present]);
    const life = await server();
    return {
      method: `${rounds} rounds in turns, medians; herds of ${herd}, ${herds} times; apply one after the other.`,
      tables: [processTable(figures), ...serverTables(life)],
      notes: absent.length > 0 ? [`Not found here: ${absent.join(", ")}.`] : [],
      versions: Object.fromEntries(
        present.slice(1).map((peer) => [peer.name.split(" ")[0], versionOf(peer)]),
      ),
      raw: { processes: figures, ...life },
    };
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
