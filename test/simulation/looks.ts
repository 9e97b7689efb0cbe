import { statuses } from "../../src/engine/sqlite/executions.ts";
import { call } from "./client.ts";
import { must, mustEqual } from "./violation.ts";
import type { World } from "./world.ts";

/** What a client sees of an execution that is under way is what is in the store. Rejects `not_found` when it is gone. */
export async function look(world: World, what: string, id: string): Promise<void> {
  const { ledger, store } = world;
  await call(world, what, async (engine) => {
    const { status } = await engine.getExecution(id);
    const list = engine.listExecutions({ limit: 1_000 });
    const rows = store.query<{ id: string; status: number }>(
      "SELECT id, status FROM executions ORDER BY key DESC",
    );
    const seen = (await list).map((one) => [one.id, one.status]);
    mustEqual(
      seen,
      rows.map((row) => [row.id, statuses[row.status]]),
      "A list is not what is there",
    );
    const shown = (await list).find((one) => one.id === id);
    must(!shown || shown.status === status, `"${id}" is shown as it is not`, { shown, status });
  });
  const key = ledger.byId(id)?.about.key;
  const before = ledger.byId(id)?.records.length ?? 0;
  const history = await call(world, what, (engine) => engine.history(id));
  const witness = ledger.byId(id);
  if (!witness || witness.about.key !== key) return;
  must(history.length >= before, `The history of "${id}" lacks records`, { found: history.length, before });
  const expected = witness.records
    .slice(0, history.length)
    .map(({ cursor, record }) => [cursor, sorted(record)]);
  const found = history.map(({ cursor, record }) => [cursor, sorted(record)]);
  mustEqual(found, expected, `The history of "${id}" is wrong`);
}

export const sorted = (record: object) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
