/** The one shape of every section: machine, fsync latency, versions, Markdown tables; raw figures go to `bench/results`. */
import { closeSync, fsyncSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { type Latency, latencyOf } from "./measure.ts";

const results = resolve(import.meta.dir, "../../bench/results");

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Result {
  /** How it was measured: rounds, sizes. */
  readonly method: string;
  readonly tables: readonly Table[];
  /** What cannot stand in a table. */
  readonly notes?: readonly string[];
  /** Of what was measured beside ourselves. */
  readonly versions?: Readonly<Record<string, string>>;
  readonly raw: unknown;
}

/** Runs a section: measures the machine, then what the section is about, and tells. */
export async function section(name: string, title: string, measure: () => Promise<Result>): Promise<void> {
  const load = loadavg()[0] ?? 0;
  const fsync = fsyncLatency();
  const result = await measure();
  const machine = {
    cpu: `${cpus()[0]?.model.trim()} × ${cpus().length}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    loadBefore: load,
    fsync,
  };
  const versions = { bun: Bun.version, ...result.versions };
  const named = Object.entries(versions).map(([what, version]) => `${what} ${version}`);
  console.log(`### ${title}\n`);
  console.log(
    `${machine.cpu}, ${machine.memoryGb} GB, ${machine.system}, load ${load.toFixed(1)} before; ` +
      `fsync p50 ${ms(fsync.p50Ms)}, p99 ${ms(fsync.p99Ms)}; ${named.join(", ")}. ${result.method}\n`,
  );
  for (const table of result.tables) console.log(`${markdown(table)}\n`);
  for (const note of result.notes ?? []) console.log(`${note}\n`);
  mkdirSync(results, { recursive: true });
  const { raw, method } = result;
  const kept = { at: new Date().toISOString(), machine, versions, method, raw };
  await Bun.write(resolve(results, `${name}.json`), `${JSON.stringify(kept, undefined, 1)}\n`);
}

export function markdown({ head, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

export const ms = (value: number) => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
export const count = (value: number) => Math.round(value).toLocaleString("en");

/** A folder for one measurement, on the file system that all measurements share. */
export function scratch(): string {
  return mkdtempSync(join(process.env["PAWL_BENCH_DIR"] ?? tmpdir(), "pawl-bench-"));
}

function fsyncLatency(): Latency {
  const folder = scratch();
  const file = openSync(join(folder, "probe"), "w");
  const times = Array.from({ length: 300 }, () => {
    const from = performance.now();
    writeSync(file, Buffer.alloc(4096));
    fsyncSync(file);
    return performance.now() - from;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return latencyOf(times);
}
