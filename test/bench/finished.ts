/**
 * B6, its second half: lists and starts with very many finished executions, in process:
 * `bun test/bench/finished.ts [executions]`.
 */
import { Database } from "bun:sqlite";
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ExecutionFilter } from "../../src/engine/engine.ts";
import { source, sums } from "../engine/definitions.ts";
import { ended } from "../engine/reading.ts";
import { embedded, runToEnd } from "./embedded.ts";
import { latencyOf, timed } from "./measure.ts";
import { count, ms, scratch, section } from "./report.ts";

const executions = Number(process.argv[2] ?? 1_000_000);
const workflows = 20;
/** Revisions of one workflow, as editing and running a file again and again leaves them. */
const revisions = 5_000;

const folder = scratch();
const path = join(folder, "pawl.db");

/** One real execution and its journal, copied with other ids, statuses and revisions. */
async function fill(): Promise<void> {
  const sources = Array.from({ length: workflows }, (_, n) =>
    source(`common-${n}`, "- only:\n    set: { a: 1 }"),
  );
  const engine = await embedded(folder, [...sources, sums]);
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

const measured: Record<string, ReturnType<typeof latencyOf>> = {};

async function percentiles(
  name: string,
  more: number | (() => boolean),
  work: (n: number) => Promise<unknown>,
): Promise<void> {
  const times: number[] = [];
  for (let n = 0; typeof more === "number" ? n < more : more(); n++) times.push(await timed(() => work(n)));
  measured[name] = latencyOf(times);
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

await section("finished", "B6: lists and starts beside finished executions", async () => {
  try {
    return await measure();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

async function measure() {
  const fillMs = await timed(fill);
  const megabytes = statSync(path).size / 1e6;
  const opening = performance.now();
  const engine = await embedded(folder, []);
  const openMs = performance.now() - opening;
  for (const [name, filter] of filters) {
    const limit = filter.limit ?? 100;
    await percentiles(`list: ${name}`, 100, () => engine.listExecutions({ ...filter, limit }));
  }
  await percentiles("start to result", 1_000, (n) => runToEnd(engine, `new-${n}`, "common-1", { a: 1 }));
  await percentiles("get", 1_000, (n) => engine.getExecution(`e${10 + ((n * 911) % executions)}`));
  let copying = true;
  const copy = engine.backup(join(folder, "backup.db"), new AbortController().signal).finally(() => {
    copying = false;
  });
  const backupMs = await timed(async () => {
    const during = (n: number) => runToEnd(engine, `during-${n}`, "common-1", { a: 1 });
    await percentiles("start to result, while a backup is made", () => copying, during);
    await copy;
  });
  await engine.stop();
  const raw = { executions, megabytes, fillMs, openMs, backupMs, measured };
  return {
    method:
      `${count(executions)} executions in ${count(megabytes)} MB, in process; opening took ${ms(openMs)}, ` +
      `a backup ${ms(backupMs)}.`,
    tables: [
      {
        head: ["", "p50", "p99"],
        rows: Object.entries(measured).map(([name, { p50Ms, p99Ms }]) => [name, ms(p50Ms), ms(p99Ms)]),
      },
    ],
    raw,
  };
}
