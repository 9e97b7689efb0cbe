/**
 * What the engine for Temporal costs those who do not use it: the executable in turns with one that was built without it.
 * Ends with 1 past a bar; times are held against it on a quiet machine alone. `bun test/bench/engine-cost.ts [rounds]`
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { memoryOf } from "./measure.ts";
import { scratch, section } from "./report.ts";
import { executable } from "./server.ts";

const root = resolve(import.meta.dir, "../..");
const rounds = Number(process.argv[2] ?? 30);
const folder = scratch();
const hello = resolve(root, "examples/hello.yaml");
/** Highest ratio to the executable without it; what is beyond the spread of the measurement. */
const bar = 1.05;
/** Who waits for a processor measures others: then only what is not time is held against the bar. */
const isQuiet = (loadavg()[0] ?? 0) < cpus().length;
/** A machine with other things to do adds to either, but not evenly: the quickest says what each costs. */
const least = (values: readonly number[]) => Math.min(...values);

interface Build {
  readonly name: "with" | "without";
  readonly path: string;
  readonly figures: Map<string, number[]>;
}

type Note = (what: string, value: number) => void;

/** A whole process: how long it took, and what it took of a processor. */
function run(command: readonly string[], what?: string, note?: Note): void {
  const from = performance.now();
  const { exitCode, stderr, resourceUsage } = Bun.spawnSync([...command], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ms = performance.now() - from;
  if (exitCode !== 0) throw new Error(`${command.join(" ")}: exit code ${exitCode}: ${stderr}`);
  note?.(`${what}, ms`, ms);
  note?.(`${what}, CPU ms`, Number(resourceUsage.cpuTime.total) / 1000);
}

function statusOf(path: string, home: string): { pid: number } {
  const { stdout } = Bun.spawnSync([path, "server", "status", "-o", "json", "--home", home]);
  return JSON.parse(stdout.toString());
}

function noting({ figures }: Build): Note {
  return (what, value) => figures.set(what, [...(figures.get(what) ?? []), value]);
}

/** Processes by themselves. */
function measureProcesses(build: Build): void {
  const note = noting(build);
  run([build.path, "version"], "`pawl version`", note);
  run([build.path, "run", "--ephemeral", hello], "`pawl run --ephemeral`", note);
}

/** The life of a server. */
function measureServer(build: Build): void {
  const [note, { path }] = [noting(build), build];
  const home = mkdtempSync(join(folder, "home-"));
  try {
    run([path, "server", "start", "--home", home], "`pawl server start`", note);
    for (let n = 0; n < 6; n++) run([path, "run", hello, "--home", home], "`pawl run`", note);
    const { pid } = statusOf(path, home);
    note("server, MB RSS", memoryOf(pid).rssMb);
    if (readFileSync(`/proc/${pid}/maps`, "utf8").includes("temporal.node")) {
      throw new Error("The server has loaded the library of an engine that it does not use");
    }
  } finally {
    run([path, "server", "stop", "--home", home]);
    rmSync(home, { recursive: true, force: true });
  }
}

function buildWithout(): string {
  const path = resolve(root, ".cache/bench/pawl-without-temporal");
  mkdirSync(resolve(root, ".cache/bench"), { recursive: true });
  const words = ["scripts/build.ts", "--without-temporal", "--outfile", path];
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, ...words], { cwd: root });
  if (exitCode !== 0) throw new Error(`It does not build without Temporal: ${stderr}`);
  return path;
}

await section("engine-cost", "What Temporal costs those who do not use it", async () => {
  const builds: readonly Build[] = [
    { name: "with", path: executable, figures: new Map() },
    { name: "without", path: buildWithout(), figures: new Map() },
  ];
  try {
    for (let round = 0; round < rounds; round++) {
      // Who comes first in a round has the colder caches.
      const inTurn = round % 2 === 0 ? builds : builds.toReversed();
      for (let n = 0; n < 4; n++) for (const build of inTurn) measureProcesses(build);
      for (const build of inTurn) measureServer(build);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const [own, bare] = builds as [Build, Build];
  const rows = [...own.figures].map(([what, values]) => {
    const [real, without] = [least(values), least(bare.figures.get(what) ?? [])];
    const ratio = real / without;
    const isJudged = isQuiet || what.includes("RSS");
    if (isJudged && ratio > bar) process.exitCode = 1;
    const verdict = !isJudged ? "not judged" : ratio > bar ? "over" : `≤ ${bar}×`;
    return [what, real.toFixed(1), without.toFixed(1), `${ratio.toFixed(3)}×`, verdict];
  });
  const [size, bareSize] = builds.map(({ path }) => statSync(path).size / 1e6) as [number, number];
  return {
    method: `${rounds} rounds in turns, the quickest of each (memory: the least).`,
    tables: [{ head: ["", "with it", "without", "ratio", "bar"], rows }],
    notes: [`On disk: ${size.toFixed(1)} MB with it, ${bareSize.toFixed(1)} MB without.`],
    raw: builds.map(({ name, figures }) => ({ name, figures: Object.fromEntries(figures) })),
  };
});
