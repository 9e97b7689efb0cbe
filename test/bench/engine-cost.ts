/**
 * What the engine for Temporal costs those who do not use it: the executable in turns with one that was built without it.
 * Ends with 1 past a bar. `bun test/bench/engine-cost.ts [rounds]`
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { memoryOf, percentile } from "./measure.ts";
import { scratch, section } from "./report.ts";
import { executable } from "./server.ts";

const root = resolve(import.meta.dir, "../..");
const rounds = Number(process.argv[2] ?? 30);
const folder = scratch();
const hello = resolve(root, "examples/hello.yaml");
/** Highest ratio to the executable without it; what is beyond the spread of the measurement. */
const bar = 1.05;
/** What a machine with other things to do adds is added to either, but not evenly: the quickest tenth says what each costs. */
const least = (values: readonly number[]) => percentile(values, 0.1);

interface Build {
  readonly name: "with" | "without";
  readonly path: string;
  readonly figures: Map<string, number[]>;
}

/** The whole process, in ms. */
function run(command: readonly string[]): number {
  const from = performance.now();
  const { exitCode, stderr } = Bun.spawnSync([...command], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ms = performance.now() - from;
  if (exitCode !== 0) throw new Error(`${command.join(" ")}: exit code ${exitCode}: ${stderr}`);
  return ms;
}

function statusOf(path: string, home: string): { pid: number } {
  const { stdout } = Bun.spawnSync([path, "server", "status", "-o", "json", "--home", home]);
  return JSON.parse(stdout.toString());
}

/** One round of one build: processes by themselves, then the life of a server. */
function measureOnce({ path, figures }: Build): void {
  const note = (what: string, value: number) => figures.set(what, [...(figures.get(what) ?? []), value]);
  note("`pawl version`, ms", run([path, "version"]));
  note("`pawl run --ephemeral`, ms", run([path, "run", "--ephemeral", hello]));
  const home = mkdtempSync(join(folder, "home-"));
  try {
    note("`pawl server start`, ms", run([path, "server", "start", "--home", home]));
    note("first `pawl run`, ms", run([path, "run", hello, "--home", home]));
    for (let n = 0; n < 5; n++) note("next `pawl run`, ms", run([path, "run", hello, "--home", home]));
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
      for (const build of round % 2 === 0 ? builds : builds.toReversed()) measureOnce(build);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const [own, bare] = builds as [Build, Build];
  const rows = [...own.figures].map(([what, values]) => {
    const [real, without] = [least(values), least(bare.figures.get(what) ?? [])];
    const ratio = real / without;
    if (ratio > bar) process.exitCode = 1;
    return [
      what,
      real.toFixed(1),
      without.toFixed(1),
      `${ratio.toFixed(3)}×`,
      ratio > bar ? "over" : `≤ ${bar}×`,
    ];
  });
  const [size, bareSize] = builds.map(({ path }) => statSync(path).size / 1e6) as [number, number];
  return {
    method: `${rounds} rounds in turns, the quickest tenth (memory: the least).`,
    tables: [{ head: ["", "with it", "without", "ratio", "bar"], rows }],
    notes: [`On disk: ${size.toFixed(1)} MB with it, ${bareSize.toFixed(1)} MB without.`],
    raw: builds.map(({ name, figures }) => ({ name, figures: Object.fromEntries(figures) })),
  };
});
