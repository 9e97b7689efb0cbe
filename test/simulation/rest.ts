import type { ExecutionView } from "../../src/engine/engine.ts";
import { scrubbed } from "./answers.ts";
import { outcomeOf } from "./model.ts";
import { must, mustEqual } from "./violation.ts";
import type { Asked, Workload } from "./workload.ts";
import type { World } from "./world.ts";

/** Everything has ended: nothing is left over, in the tables and in memory. */
export async function checkRest({ server, store }: World): Promise<void> {
  for (const table of ["timers", "activities", "deliveries", "snapshots", "removals"]) {
    const left = store.query(`SELECT * FROM ${table}`);
    must(left.length === 0, `At rest there are rows in "${table}"`, left[0]);
  }
  const orphans = store.query("SELECT * FROM journal WHERE execution NOT IN (SELECT key FROM executions)");
  must(orphans.length === 0, "At rest a deleted execution has a journal", orphans[0]);
  const info = server.life!.engine.info();
  must(info.state === "ready", "At rest the engine is not well", info);
  mustEqual(info.executions, {}, "At rest executions are counted");
}

/** The ends are the right ones, and stay so over another start. Resolves with how many were held against the model. */
export async function checkEnd(world: World, workload: Workload, step: () => Promise<void>): Promise<number> {
  const views = await read(world, step);
  const modelled = workload.asked.filter((asked) => compare(asked, workload, world)).length;
  const runs = world.services.runs.size;
  const records = world.ledger.records.length;
  void world.server.stop();
  const { lives } = world.server;
  while (world.server.lives === lives || !world.server.life?.serving) await step();
  for (let turn = 0; turn < 10; turn++) await step();
  must(world.services.runs.size === runs, "After a start at rest an activity ran");
  must(world.ledger.records.length === records, "After a start at rest something happened");
  mustEqual(await list(world, step), views, "After a start executions are not what they were");
  return modelled;
}

/** All executions as a client sees them; their histories are the ledger's. */
async function read(world: World, step: () => Promise<void>): Promise<ExecutionView[]> {
  const views = await list(world, step);
  for (const { id, status } of views) {
    const witness = world.ledger.byId(id);
    if (!witness) continue;
    mustEqual(status, witness.state?.status, `The status of "${id}" is wrong`);
    const history = await stepping(world.server.life!.engine.history(id), step);
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

const sorted = (record: object) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

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
function compare(
  { id, source, request, confluent, cancelled }: Asked,
  workload: Workload,
  world: World,
): boolean {
  const { ledger } = world;
  const outcome = ledger.witnesses.values().find(({ about }) => about.id === id)?.state?.outcome;
  must(outcome, "An execution has no outcome", id);
  must(cancelled || outcome.status !== "cancelled", "An execution was cancelled by nobody", id);
  if (!confluent || outcome.status === "cancelled") return false;
  const document = ledger.programs.document(source.text);
  const expected = outcomeOf(document, request.input, (name) => workload.children.get(name));
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value, scrubbed));
  mustEqual(plain(outcome), plain(expected), `The outcome of "${id}" is not the model's`);
  return true;
}
