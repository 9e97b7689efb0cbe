import type { ExecutionView } from "../../src/engine/engine.ts";
import { scrubbed } from "./answers.ts";
import { sorted } from "./looks.ts";
import { outcomeOf } from "./model.ts";
import { must, mustEqual } from "./violation.ts";
import type { Asked, Workload } from "./workload.ts";
import type { World } from "./world.ts";

/** Everything has ended: nothing is left over, in the tables and in memory. */
export function checkRest({ server, store, secrecy }: World): void {
  for (const table of ["timers", "activities", "deliveries", "snapshots", "removals"]) {
    const left = store.query(`SELECT * FROM ${table}`);
    must(left.length === 0, `At rest there are rows in "${table}"`, left[0]);
  }
  const orphans = store.query("SELECT * FROM journal WHERE execution NOT IN (SELECT key FROM executions)");
  must(orphans.length === 0, "At rest a deleted execution has a journal", orphans[0]);
  const info = server.life!.engine.info();
  must(info.state === "ready", "At rest the engine is not well", info);
  mustEqual(info.executions, {}, "At rest executions are counted");
  const { retain } = server.life!;
  const kept = store.query("SELECT 1 FROM executions").length;
  if (retain && "count" in retain)
    must(kept <= retain.count, "At rest more is kept than shall be", { kept, retain });
  if (retain && "ageMs" in retain && kept > 0)
    must(server.life!.clock.armed > 0, "Nothing waits for what is due to go");
  for (const column of ["input", "outcome"]) {
    const rows = store.query<{ text: string | null }>(`SELECT ${column} AS text FROM executions`);
    for (const { text } of rows) secrecy.checkText(text, `an execution's ${column}`);
  }
  secrecy.checkImage();
}

/** The ends are the right ones, and stay so over another start. Resolves with how many were held against the model. */
export async function checkEnd(world: World, workload: Workload, step: () => Promise<void>): Promise<number> {
  const views = await read(world, step);
  let modelled = 0;
  for (const asked of workload.asked) if (await compare(asked, workload, world)) modelled += 1;
  const runs = world.services.runs.size;
  const records = world.ledger.records.length;
  void world.server.stop();
  const { lives } = world.server;
  while (world.server.lives === lives || !world.server.life?.serving) await step();
  for (let turn = 0; turn < 10; turn++) await step();
  must(world.services.runs.size === runs, "After a start at rest an activity ran");
  must(world.ledger.records.length === records, "After a start at rest something happened");
  const after = await list(world, step);
  const missing = views.filter(({ id }) => !after.some((one) => one.id === id));
  for (const { id } of missing)
    must(world.ledger.gone.has(id), "After a start an execution is not there", id);
  mustEqual(after, without(views, missing), "After a start executions are not what they were");
  await checkAge(world, step);
  const unused = `SELECT 1 FROM revisions r WHERE NOT EXISTS (SELECT 1 FROM workflows w WHERE w.revision = r.key)
    AND NOT EXISTS (SELECT 1 FROM executions e WHERE e.revision = r.key)`;
  must(world.store.query(unused).length === 0, "After a start there is a definition that nothing refers to");
  return modelled;
}

const without = <T>(all: readonly T[], some: readonly T[]) => all.filter((one) => !some.includes(one));

/** What is kept for a time is gone after it, though nobody calls. */
async function checkAge({ retain, store, clock, server }: World, step: () => Promise<void>): Promise<void> {
  if (!retain || !("ageMs" in retain)) return;
  // The clock was set now and then: what ended in the future, as it seems now, is due later.
  const [last] = store.query<{ at: number | null }>("SELECT max(ended_at) AS at FROM executions");
  const until = Math.max(clock.now(), last?.at ?? 0) + retain.ageMs + 2 * 3_600_000;
  while (clock.now() < until && (clock.waiting > 0 || server.life?.clock.deferred.length)) await step();
  const rows = store.query("SELECT id, ended_at FROM executions");
  must(rows.length === 0, "What has been kept for long enough is still there", { rows, retain });
}

/** All executions as a client sees them; their histories are the ledger's. */
async function read(world: World, step: () => Promise<void>): Promise<ExecutionView[]> {
  const views = await list(world, step);
  for (const { id, status } of views) {
    const witness = world.ledger.byId(id);
    if (!witness) continue;
    mustEqual(status, witness.state?.status, `The status of "${id}" is wrong`);
    const history = await stepping(world.server.life!.engine.history(id), step).catch((error) => {
      // It may have been kept for long enough by now.
      if (!world.ledger.gone.has(id)) throw error;
    });
    if (!history) continue;
    mustEqual(history.length, witness.records.length, `The history of "${id}" is not complete`);
    for (const [index, { cursor, record }] of history.entries()) {
      const known = witness.records[index]!;
      const expected = [known.cursor, sorted(known.record)];
      mustEqual([cursor, sorted(record)], expected, `The history of "${id}" is wrong`);
    }
  }
  return views;
}

function list({ server }: World, step: () => Promise<void>): Promise<ExecutionView[]> {
  return stepping(server.life!.engine.listExecutions({ limit: 1_000 }), step);
}

async function stepping<T>(promise: Promise<T>, step: () => Promise<void>): Promise<T> {
  let pending = true;
  const done = promise.finally(() => {
    pending = false;
  });
  done.catch(() => {});
  while (pending) await step();
  return done;
}

/** Whether there was something to compare. */
async function compare(
  { id, source, request, confluent, cancelled }: Asked,
  workload: Workload,
  world: World,
): Promise<boolean> {
  const { ledger } = world;
  const witnesses = [...ledger.witnesses.values()].filter(({ about }) => about.id === id);
  const outcome = witnesses[0]?.state?.outcome;
  must(outcome, "An execution has no outcome", id);
  must(cancelled || outcome.status !== "cancelled", "An execution was cancelled by nobody", id);
  if (!confluent || outcome.status === "cancelled") return false;
  const document = ledger.programs.document(source.text);
  const expected = await outcomeOf(document, request.input, (name) => workload.children.get(name));
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value, scrubbed));
  mustEqual(plain(outcome), plain(expected), `The outcome of "${id}" is not the model's`);
  return true;
}
