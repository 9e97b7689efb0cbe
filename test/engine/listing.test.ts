import { expect, test } from "bun:test";
import { memoryStore } from "../../src/engine/sqlite/database.ts";
import { Listing } from "../../src/engine/sqlite/listing.ts";
import { migrate } from "../../src/engine/sqlite/schema.ts";
import type { ExecutionStatus } from "../../src/workflow/lifecycle.ts";

const statuses = ["pending", "running", "waiting", "suspended", "cancelled", "faulted", "completed"] as const;

interface Row {
  readonly key: number;
  readonly revision: number;
  readonly status: ExecutionStatus;
}

/** Executions of a few revisions and all statuses, in an order without a pattern that would help. */
function fill(count: number): { listing: Listing; rows: Row[] } {
  const connection = memoryStore().open();
  migrate(connection, "memory");
  const insert = connection.prepare(
    `INSERT INTO executions (key, id, revision, status, due, started_at, ended_at, seed, request, depth, input)
     VALUES (?, ?, ?, ?, 0, 0, ?, 0, '', 0, 'null')`,
  );
  const rows = Array.from({ length: count }, (_, n) => {
    const [revision, status] = [1 + ((n * 7919) % 13), (n * 104_729) % 7];
    insert.run(n + 1, `e${n}`, revision, status, status > 3 ? n : null);
    return { key: n + 1, revision, status: statuses[status] as ExecutionStatus };
  });
  return { listing: new Listing(connection), rows };
}

test("every filter lists what a look at all executions would, newest first", () => {
  const { listing, rows } = fill(2_000);
  const revisions = [undefined, [], [3], [13, 1, 5], [99], Array.from({ length: 50 }, (_, n) => n)];
  const wanted: ExecutionStatus[][] = [[], ["faulted"], ["completed", "running", "completed"], [...statuses]];
  for (const revision of revisions) {
    for (const status of wanted) {
      for (const limit of [1, 7, 100, 5_000]) {
        const expected = rows
          .filter((row) => !revision || revision.includes(row.revision))
          .filter((row) => status.length === 0 || status.includes(row.status))
          .map(({ key }) => key)
          .reverse()
          .slice(0, limit);
        expect(listing.newest({ revisions: revision, status }, limit)).toEqual(expected);
      }
    }
  }
});

test("no filter looks at every execution", () => {
  const connection = memoryStore().open();
  migrate(connection, "memory");
  const plans = [
    "SELECT key FROM executions WHERE status = 5 AND key > 0 ORDER BY key DESC LIMIT 9",
    "SELECT key FROM executions WHERE revision = 1 AND status = 5 AND key > 0 ORDER BY key DESC LIMIT 9",
    "SELECT key FROM revisions WHERE namespace = 'a' AND name = coalesce(null, name)",
  ];
  for (const plan of plans) {
    const steps = connection.prepare<{ detail: string }>(`EXPLAIN QUERY PLAN ${plan}`).all();
    expect(steps.map(({ detail }) => detail).join("\n")).toMatch(/^SEARCH .* USING COVERING INDEX/);
  }
});
