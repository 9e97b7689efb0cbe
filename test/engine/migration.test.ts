import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileStore, memoryStore } from "../../src/engine/sqlite/database.ts";
import { restoreStore } from "../../src/engine/sqlite/restore.ts";
import { migrate, schemaVersion } from "../../src/engine/sqlite/schema.ts";
import { type Connection, type Store, storeFailure } from "../../src/engine/sqlite/store.ts";
import { Peers } from "./peers.ts";
import { ended } from "./reading.ts";
import { createEngine, ManualClock } from "./world.ts";

/** Stores as earlier versions left them: one for every version of the schema but the current one. */
const schemas = resolve(import.meta.dir, "schemas");
const versions = readdirSync(schemas).map((name) => Number(name.split(".")[0]));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pawl-migration-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function storeOf(version: number): string {
  const path = join(folder, "old.db");
  const database = new Database(path);
  database.run(readFileSync(join(schemas, `${version}.sql`), "utf8"));
  database.close();
  return path;
}

test("there is a store of every earlier version", () => {
  expect(versions.sort()).toEqual(Array.from({ length: schemaVersion - 1 }, (_, n) => n + 1));
});

test.each(versions)("a store of version %d goes on where it was", async (version) => {
  const path = join(folder, "pawl.db");
  // By way of a restore, which takes old versions, too.
  restoreStore(storeOf(version), path);
  const clock = new ManualClock(2_000_000);
  const engine = createEngine({ store: fileStore(path), clock, peers: new Peers((peer) => peer.answer(1)) });
  await engine.start();
  expect(await engine.getExecution("done")).toMatchObject({ status: "completed", output: { sum: 3 } });
  for (const id of ["asleep", "held"]) expect(await ended(engine, id)).toMatchObject({ status: "completed" });
  expect((await engine.listExecutions({ status: ["completed"] })).length).toBe(3);
  expect(await engine.listWorkflows({})).toMatchObject([{ name: "sums" }]);
  await engine.deleteExecution("done");
  await engine.stop();
});

test.each(versions)("a store of version %d has the schema of a new one afterwards", (version) => {
  const schema = (connection: ReturnType<ReturnType<typeof memoryStore>["open"]>) => {
    migrate(connection, "a store");
    const sql = connection.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all();
    connection.close();
    return sql;
  };
  expect(schema(fileStore(storeOf(version)).open())).toEqual(schema(memoryStore().open()));
});

/** A store whose process fails at the n-th thing that it writes. */
function failing(file: Store, n: number): Store {
  let left = n;
  const count = () => {
    left -= 1;
    if (left === 0) throw storeFailure("broken", file.path);
  };
  const open = (): Connection => {
    const connection = file.open();
    const transaction = (work: () => void) =>
      connection.transaction(() => {
        work();
        count();
      });
    const execute = (sql: string) => {
      count();
      connection.execute(sql);
    };
    const prepare: Connection["prepare"] = (sql) => connection.prepare(sql);
    return { execute, prepare, transaction, close: () => connection.close() };
  };
  return { path: file.path, open };
}

test.each(versions)("a migration of version %d that fails anywhere leaves the store as it was", (version) => {
  const old = storeOf(version);
  const versionOf = (path: string) => {
    const database = new Database(path);
    const found = database.query<{ user_version: number }, []>("PRAGMA user_version").get();
    database.close();
    return found?.user_version;
  };
  let failures = 0;
  for (let n = 1; ; n++) {
    const path = join(folder, `${n}.db`);
    cpSync(old, path);
    const open = (store: Store) => {
      const connection = store.open();
      try {
        migrate(connection, path);
      } finally {
        connection.close();
      }
    };
    try {
      open(failing(fileStore(path), n));
      break;
    } catch (error) {
      expect(error).toMatchObject({ reason: "store-broken" });
      failures += 1;
    }
    expect(versionOf(path)).toBe(version);
    open(fileStore(path));
    expect(versionOf(path)).toBe(schemaVersion);
  }
  expect(failures).toBeGreaterThan(schemaVersion - version);
});
