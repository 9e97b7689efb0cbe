import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileStore } from "../../src/engine/sqlite/database.ts";
import { type Connection, storeFailure } from "../../src/engine/sqlite/store.ts";
import { loops } from "./definitions.ts";
import { createEngine, ManualClock } from "./world.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pawl-opening-"));
  path = join(folder, "pawl.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the file", () => {
  test("is synced with every commit (G1), and belongs to one connection", () => {
    const connection = fileStore(path).open();
    const ask = (name: string) => Object.values(connection.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    // 2 is FULL: the log is synced before a commit is over.
    expect(["synchronous", "journal_mode", "locking_mode"].map(ask)).toEqual([2, "wal", "exclusive"]);
    connection.close();
  });

  test("of a stopped server holds no secret that was replaced or deleted, not even where it is free", async () => {
    const engine = createEngine({ store: fileStore(path) });
    await engine.start();
    const value = (word: string, n: number) => `${word}-${n}-${"x".repeat(n % 5 === 0 ? 9_000 : 20 * n)}`;
    for (let n = 0; n < 40; n++) await engine.secrets.set(`s${n}`, value("first", n));
    for (let n = 0; n < 40; n += 2) await engine.secrets.set(`s${n}`, value("second", 40 - n));
    for (let n = 1; n < 40; n += 2) await engine.secrets.delete(`s${n}`);
    await engine.stop();
    const bytes = readFileSync(path);
    expect(bytes.includes("second-")).toBe(true);
    expect(bytes.includes("first-")).toBe(false);
  });

  test("that cannot be read while a server starts leaves nothing of it running", async () => {
    const file = fileStore(path);
    const before = createEngine({ store: file });
    await before.start();
    await before.startExecution({ id: "e", workflow: loops, input: { n: 0, limit: 1e6 } });
    await before.stop();
    const open = (): Connection => {
      const connection = file.open();
      const prepare: Connection["prepare"] = (sql) => {
        if (/FROM activities a JOIN/.test(sql)) return { ...connection.prepare(sql), all: broken };
        return connection.prepare(sql);
      };
      const { mark } = connection;
      const transaction = (work: () => void) => connection.transaction(work);
      const execute = (sql: string) => connection.execute(sql);
      return { execute, prepare, transaction, close: () => connection.close(), ...(mark && { mark }) };
    };
    const broken = () => {
      throw storeFailure("broken", path);
    };
    const clock = new ManualClock();
    const next = createEngine({ store: { path, open }, clock });
    await expect(next.start()).rejects.toMatchObject({ reason: "store-broken" });
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(clock.armed).toEqual([]);
    const last = createEngine({ store: file });
    await last.start();
    expect(await last.getExecution("e")).toMatchObject({ status: "running" });
    await last.stop();
  });
});
