/**
 * B5: whole processes, in turns with an empty compiled Bun binary; the ratio to it is what counts, since machines differ.
 * `bun test/bench/cli.ts [rounds]`
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { median, memoryOf } from "./measure.ts";
import { scratch, section } from "./report.ts";
import { executable as pawl } from "./server.ts";

const root = resolve(import.meta.dir, "../..");
const rounds = Number(process.argv[2] ?? 30);
const folder = scratch();
const empty = join(folder, "empty");
const warm = join(folder, "warm");
const hello = resolve(root, "examples/hello.yaml");

interface Case {
  readonly name: string;
  readonly command: readonly string[];
  /** Highest ratio to the empty binary that we mean to keep. */
  readonly bar?: number;
  /** What has to be so before each run, and what is undone after it; not timed. */
  readonly before?: () => void;
  readonly after?: () => void;
}

function runOnce(command: readonly string[]): number {
  const from = performance.now();
  const { exitCode, stderr } = Bun.spawnSync([...command], {
    stdio: ["ignore", "ignore", "pipe"],
    cwd: folder,
  });
  const ms = performance.now() - from;
  if (exitCode !== 0) throw new Error(`${command.join(" ")}: exit code ${exitCode}: ${stderr}`);
  return ms;
}

await Bun.write(join(folder, "empty.ts"), "");
const flags = ["--compile", "--minify", "--bytecode", "--format=esm", `--outfile=${empty}`];
runOnce([process.execPath, "build", ...flags, join(folder, "empty.ts")]);

let cold = "";
const cases: readonly Case[] = [
  { name: "empty binary", command: [empty] },
  { name: "pawl version", command: [pawl, "version"], bar: 1.5 },
  { name: "warm pawl get workflows", command: [pawl, "get", "workflows", "--home", warm], bar: 5 },
  { name: "warm pawl run hello.yaml", command: [pawl, "run", hello, "--home", warm] },
  {
    name: "cold pawl run hello.yaml",
    get command() {
      return [pawl, "run", hello, "--home", cold];
    },
    before() {
      cold = mkdtempSync(join(folder, "cold-"));
    },
    after() {
      runOnce([pawl, "server", "stop", "--home", cold]);
    },
  },
  { name: "pawl run --ephemeral hello.yaml", command: [pawl, "run", "--ephemeral", hello, "--home", warm] },
];

await section("cli", "B5: whole processes", async () => {
  try {
    return await measure();
  } finally {
    runOnce([pawl, "server", "stop", "--home", warm]);
    rmSync(folder, { recursive: true, force: true });
  }
});

async function measure() {
  mkdirSync(warm, { mode: 0o700 });
  runOnce([pawl, "apply", "-f", hello, "--home", warm]);
  const times = new Map<string, number[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, command, before, after } of cases.map(prepared)) {
      before();
      times.get(name)?.push(runOnce(command()));
      after();
    }
  }
  const floor = median(times.get("empty binary") ?? []);
  const rss = idleRss();
  const megabytes = Bun.file(pawl).size / 1e6;
  const rows = cases.map(({ name, bar }) => {
    const time = median(times.get(name) ?? []);
    return [name, time.toFixed(1), `${(time / floor).toFixed(2)}×`, bar === undefined ? "" : `≤ ${bar}×`];
  });
  return {
    method: `${rounds} rounds in turns, medians; the ratio to an empty compiled Bun binary is what counts.`,
    tables: [{ head: ["whole process", "ms", "ratio to the empty binary", "bar"], rows }],
    notes: [`Server, idle: ${rss.toFixed(0)} MB RSS (bar 80). Binary: ${megabytes.toFixed(1)} MB.`],
    raw: { rounds, times: Object.fromEntries(times), rss, megabytes },
  };
}

function prepared(one: Case) {
  return {
    name: one.name,
    command: () => one.command,
    before: () => one.before?.(),
    after: () => one.after?.(),
  };
}

/** RSS in MB of the warm server, from the kernel. */
function idleRss(): number {
  const status = Bun.spawnSync([pawl, "server", "status", "-o", "json", "--home", warm]);
  return memoryOf(JSON.parse(status.stdout.toString()).pid).rssMb;
}
