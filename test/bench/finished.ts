import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runActivity } from "../../src/activity/run.ts";
import type { Engine, ExecutionFilter } from "../../src/engine/engine.ts";
import { systemClock } from "../../src/engine/sqlite/clock.ts";
import { fileStore } from "../../src/engine/sqlite/database.ts";
import { systemRandom } from "../../src/engine/sqlite/random.ts";
import { createSqliteEngine } from "../../src/engine/sqlite/sqlite.ts";
import { source, sums } from "../engine/definitions.ts";
import { ended } from "../engine/reading.ts";

// B6, its second half: lists and starts with very many finished executions, in process:
// `bun test/bench/finished.ts [executions]`.

const executions = Number(process.argv[2] ?? 1_000_000);
const workflows = 20;
/** Revisions of one workflow, as editing and running a file again and again leaves them. */
const revisions = 5_000;

const folder = mkdtempSync(join(tmpdir(), "pawl-finished-"));
const path = join(folder, "pawl.db");

function open(): Engine {
  return createSqliteEngine({
    store: fileStore(path),
    clock: systemClock,
    random: systemRandom,
    runActivity,
    policy: { environment: {}, directory: folder, maxBytes: 1 << 20 },
    log: () => {},
    durability: "output",
  });
}

/** One real execution and its journal, copied with other ids, statuses and revisions. */
async function fill(): Promise<void> {
  const engine = open();
  await engine.start();
  const sources = Array.from({ length: workflows }, (_, n) =>
    source(`common-${n}`, "- only:\n    set: { a: 1 }"),
  );
  await engine.apply([...sources, sums], { dryRun: false });
  await engine.startExecution({ id: "model", workflow: sums, input: { a: 1, text: "x".repeat(64) } });
  await ended(engine, "model");
  await engine.stop();
  const database = new Database(path, { strict: true });
  database.run("PRAGMA synchronous = OFF");
  database.run("BEGIN");
  database.run(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${revisions})
     INSERT INTO revisions (revision, namespace, name, version, file, line, text)
     SELECT 'edited-' || i, 'files', 'edited', '1.0.0', file, line, text FROM n, revisions WHERE name = 'sums'`,
  );
  // Of a thousand one is of the edited file; of a hundred thousand one is faulted, another one cancelled.
  database.run(
    `WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < ${executions + 9})
     INSERT INTO executions (key, id, revision, status, due, started_at, ended_at, seed, request, parent, parent_key,
       child, depth, input, outcome)
     SELECT i, 'e' || i,
       CASE WHEN i % 1000 = 7 THEN (SELECT max(key) FROM revisions) - (i / 1000) % ${revisions}
         ELSE 1 + i % ${workflows} END,
       CASE WHEN i % 100000 = 11 THEN 5 WHEN i % 100000 = 12 THEN 4 ELSE 6 END,
       0, started_at - ${executions + 10} + i, ended_at - ${executions + 10} + i, seed, request,
       parent, parent_key, child, depth, input,
       CASE WHEN i % 100000 = 11 THEN '{"status":"faulted","error":{"type":"t","title":"t","status":500}}'
         ELSE outcome END
     FROM n, executions WHERE id = 'model'`,
  );
  database.run(
    `INSERT INTO journal (execution, at, tasks, event, records)
     SELECT e.key, e.started_at, j.tasks, j.event, j.records FROM executions e, journal j WHERE e.key >= 10`,
  );
  database.run("COMMIT");
  database.close();
}

async function percentiles(
  name: string,
  more: number | (() => boolean),
  work: (n: number) => Promise<unknown>,
): Promise<void> {
  const times: number[] = [];
  for (let n = 0; typeof more === "number" ? n < more : more(); n++) {
    const from = performance.now();
    await work(n);
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => `${(times[Math.floor(times.length * share)] ?? 0).toFixed(2)} ms`;
  console.log(`${name}: p50 ${at(0.5)}, p99 ${at(0.99)}`);
}

const filters: readonly [string, ExecutionFilter][] = [
  ["all", {}],
  ["all, a thousand", { limit: 1_000 }],
  ["completed", { status: ["completed"] }],
  ["faulted", { status: ["faulted"] }],
  ["faulted, cancelled", { status: ["faulted", "cancelled"] }],
  ["running", { status: ["running", "waiting"] }],
  ["namespace", { namespace: "test" }],
  ["namespace of few, many revisions", { namespace: "files" }],
  ["namespace of few, faulted", { namespace: "files", status: ["faulted"] }],
  ["workflow", { workflow: "common-3" }],
  ["workflow, faulted", { workflow: "common-11", status: ["faulted"] }],
  ["workflow of one", { workflow: "sums" }],
  ["workflow of none", { workflow: "nothing" }],
];

try {
  const from = performance.now();
  await fill();
  const [size, filled] = [statSync(path).size / 1e6, (performance.now() - from) / 1_000];
  console.log(`${executions} executions, ${size.toFixed(0)} MB, filled in ${filled.toFixed(1)} s`);
  const engine = open();
  const starting = performance.now();
  await engine.start();
  console.log(`open: ${(performance.now() - starting).toFixed(0)} ms`);
  for (const [name, filter] of filters) {
    const limit = filter.limit ?? 100;
    await percentiles(`list ${name}`, 100, () => engine.listExecutions({ ...filter, limit }));
  }
  const workflow = { namespace: "test", name: "common-1" };
  await percentiles("start to result", 1_000, async (n) => {
    await engine.startExecution({ id: `new-${n}`, workflow, input: { a: 1 } });
    await ended(engine, `new-${n}`);
  });
  await percentiles("get", 1_000, (n) => engine.getExecution(`e${10 + ((n * 911) % executions)}`));
  let copying = true;
  const copied = performance.now();
  const copy = engine.backup(join(folder, "backup.db"), new AbortController().signal).finally(() => {
    copying = false;
  });
  await percentiles(
    "start to result, while a backup is made",
    () => copying,
    async (n) => {
      await engine.startExecution({ id: `during-${n}`, workflow, input: { a: 1 } });
      await ended(engine, `during-${n}`);
    },
  );
  await copy;
  console.log(`backup: ${((performance.now() - copied) / 1_000).toFixed(1)} s`);
  await engine.stop();
} finally {
  rmSync(folder, { recursive: true });
}
