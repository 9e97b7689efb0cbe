import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { runActivity } from "../../src/activity/run.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { systemClock } from "../../src/engine/sqlite/clock.ts";
import { fileStore } from "../../src/engine/sqlite/database.ts";
import type { Durability } from "../../src/engine/sqlite/options.ts";
import { systemRandom } from "../../src/engine/sqlite/random.ts";
import { createSqliteEngine } from "../../src/engine/sqlite/sqlite.ts";
import { source } from "../engine/definitions.ts";
import { ended } from "../engine/reading.ts";

// B1 and B2 of the benchmarks for the embedded engine alone, in process: `bun test/bench/engine.ts [folder]`.

const parent = process.argv[2] ?? tmpdir();
const ms = (value: number) => `${value.toFixed(3)} ms`;

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

async function measured<T>(durability: Durability, work: (engine: Engine) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(parent, "pawl-bench-"));
  const engine = createSqliteEngine({
    store: fileStore(join(folder, "pawl.db")),
    clock: systemClock,
    random: systemRandom,
    runActivity,
    policy: { environment: {}, directory: folder, maxBytes: 1 << 20 },
    log: () => {},
    durability,
  });
  await engine.start();
  const result = await work(engine);
  await engine.stop();
  rmSync(folder, { recursive: true });
  return result;
}

function fsyncLatency(): number[] {
  const folder = mkdtempSync(join(parent, "pawl-fsync-"));
  const file = openSync(join(folder, "probe"), "w");
  const times = Array.from({ length: 300 }, () => {
    const from = performance.now();
    writeSync(file, Buffer.alloc(4096));
    fsyncSync(file);
    return performance.now() - from;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return times;
}

const sets = Array.from({ length: 10 }, (_, n) => `- step${n}:\n    set:\n      n: \${ .n + 1 }`).join("\n");
const tenSets = source("ten-sets", sets);
const oneSet = source("one-set", "- only:\n    set:\n      n: ${ .n + 1 }");

async function throughput(durability: Durability): Promise<void> {
  const [workflows, inFlight] = [2_000, 50];
  await measured(durability, async (engine) => {
    await engine.apply([tenSets], { dryRun: false });
    let started = 0;
    const worker = async (prefix: string, most: number) => {
      while (started < most) {
        const id = `${prefix}${started++}`;
        await engine.startExecution({
          id,
          workflow: { namespace: "test", name: "ten-sets" },
          input: { n: 0 },
        });
        await ended(engine, id);
      }
    };
    const run = (prefix: string, most: number) => {
      started = 0;
      return Promise.all(Array.from({ length: inFlight }, () => worker(prefix, most)));
    };
    await run("warm", 500);
    const commits = Number(engine.info().details["commits"]);
    const [cpu, from] = [process.cpuUsage(), performance.now()];
    await run("b", workflows);
    const seconds = (performance.now() - from) / 1_000;
    const used = process.cpuUsage(cpu);
    const cpuSeconds = (used.user + used.system) / 1e6;
    console.log(
      `B1 ${durability}: ${Math.round(workflows / seconds)} workflows/s, ` +
        `${Math.round((workflows * 10) / seconds)} tasks/s, ` +
        `${Math.round((Number(engine.info().details["commits"]) - commits) / seconds)} commits/s, ` +
        `${((cpuSeconds / workflows) * 1_000).toFixed(2)} CPU s per 1,000`,
    );
  });
}

async function latency(
  name: string,
  definition: { file: string; text: string },
  count: number,
): Promise<void> {
  await measured("output", async (engine) => {
    await engine.apply([definition], { dryRun: false });
    const workflow = { namespace: "test", name: definition.file.replace(".yaml", "") };
    const times: number[] = [];
    for (let n = 0; n < count + 100; n++) {
      const from = performance.now();
      await engine.startExecution({ id: `b${n}`, workflow, input: { n: 0 } });
      const view = await ended(engine, `b${n}`);
      if (view.status !== "completed") throw new Error(`It ${view.status}: ${view.error?.detail}`);
      if (n >= 100) times.push(performance.now() - from);
    }
    console.log(`B2 ${name}: p50 ${ms(percentile(times, 0.5))}, p99 ${ms(percentile(times, 0.99))}`);
  });
}

const fsyncs = fsyncLatency();
console.log(
  `${cpus()[0]?.model} × ${cpus().length}, Bun ${Bun.version}, ` +
    `fsync p50 ${ms(percentile(fsyncs, 0.5))}, p99 ${ms(percentile(fsyncs, 0.99))}`,
);
await throughput("output");
await throughput("task");
await latency("one task", oneSet, 1_000);
const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json({ n: 1 }) });
const http = `- http:\n    call: http\n    with:\n      method: get\n      endpoint: ${server.url}`;
await latency(
  "set, loopback HTTP, set",
  source("chain", `${sets.split("\n- ")[0]}\n${http}\n- last:\n    set:\n      n: \${ .n }`),
  500,
);
await server.stop(true);
