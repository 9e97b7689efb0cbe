import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../../src/engine/engine.ts";
import { notWritable } from "../../src/engine/sqlite/backup.ts";
import { fileStore } from "../../src/engine/sqlite/database.ts";
import { restoreStore, verifyBackup, verifyStore } from "../../src/engine/sqlite/restore.ts";
import { schemaVersion } from "../../src/engine/sqlite/schema.ts";
import { holds, sums } from "./definitions.ts";
import { Peers } from "./peers.ts";
import { ended } from "./reading.ts";
import { createEngine } from "./world.ts";

let folder: string;
let store: string;
let backup: string;
let engine: Engine;
const never = new AbortController().signal;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "pawl-backup-"));
  store = join(folder, "pawl.db");
  backup = join(folder, "copy.db");
  engine = createEngine({ store: fileStore(store) });
  await engine.start();
});
afterEach(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true });
});

async function run(on: Engine, id: string, input: object = { a: 1 }): Promise<void> {
  await on.startExecution({ id, workflow: sums, input: { ...input } });
  await ended(on, id);
}

async function opened(path: string, work: (engine: Engine) => Promise<void>, peers?: Peers): Promise<void> {
  const other = createEngine({ store: fileStore(path), ...(peers && { peers }) });
  await other.start();
  await work(other);
  await other.stop();
}

describe("a backup", () => {
  test("holds all that was acknowledged before it, in one file, while the server goes on", async () => {
    await engine.apply([sums], { dryRun: false });
    await run(engine, "before");
    await engine.startExecution({ id: "held", workflow: holds, input: {} });
    const { bytes } = await engine.backup(backup, never);
    expect(bytes).toBe(statSync(backup).size);
    await run(engine, "after");
    expect(readdirSync(folder).sort()).toEqual(["copy.db", "pawl.db", "pawl.db-mark", "pawl.db-wal"]);
    verifyStore(backup);
    const restored = join(folder, "restored", "pawl.db");
    restoreStore(backup, restored);
    const peers = new Peers((peer) => peer.answer(1));
    await opened(
      restored,
      async (other) => {
        expect(await other.getExecution("before")).toMatchObject({ output: { sum: 3 } });
        expect(await ended(other, "held")).toMatchObject({ status: "completed" });
        await expect(other.getExecution("after")).rejects.toMatchObject({ code: "not_found" });
        expect(await other.listWorkflows({})).toMatchObject([{ name: "sums" }]);
      },
      peers,
    );
  });

  test("is consistent while a lot is written", async () => {
    const text = "x".repeat(20_000);
    for (let n = 0; n < 100; n++) await run(engine, `big${n}`, { a: 1, text });
    let copied = false;
    let during = 0;
    const copy = engine.backup(backup, never).finally(() => {
      copied = true;
    });
    while (!copied) await run(engine, `during${during++}`, { a: 1, text });
    await copy;
    verifyStore(backup);
    const restored = join(folder, "restored.db");
    restoreStore(backup, restored);
    await opened(restored, async (other) => {
      expect(await other.getExecution("big99")).toMatchObject({ status: "completed" });
    });
    // What was written meanwhile is all there, and the log is written back again.
    for (let n = 0; n < during; n++)
      expect((await engine.getExecution(`during${n}`)).status).toBe("completed");
    for (let n = 0; n < 400; n++) await run(engine, `later${n}`, { a: 1, text });
    expect(statSync(`${store}-wal`).size).toBeLessThan(40 << 20);
  });

  test("keeps the store's lock: nobody else can open it afterwards", async () => {
    await engine.backup(backup, never);
    const other = Bun.spawnSync([
      process.execPath,
      "-e",
      `const { Database } = require("bun:sqlite"); new Database(${JSON.stringify(store)}).run("SELECT * FROM meta")`,
    ]);
    expect(other.stderr.toString()).toContain("database is locked");
  });

  test("overwrites nothing, and needs a place to be", async () => {
    await Bun.write(backup, "precious");
    const taken = engine.backup(backup, never);
    await expect(taken).rejects.toMatchObject({ code: "already_exists", reason: "backup-exists" });
    expect(await Bun.file(backup).text()).toBe("precious");
    const nowhere = engine.backup(join(folder, "nowhere", "copy.db"), never);
    await expect(nowhere).rejects.toMatchObject({
      code: "failed_precondition",
      reason: "backup-not-writable",
    });
    expect(engine.info().state).toBe("ready");
  });

  test("that is interrupted leaves nothing", async () => {
    const leaves = new AbortController();
    const copy = engine.backup(backup, leaves.signal);
    leaves.abort(new Error("the client left"));
    await expect(copy).rejects.toThrow();
    const stopped = engine.backup(backup, never);
    const second = engine.backup(`${backup}2`, never);
    await expect(second).rejects.toMatchObject({ code: "failed_precondition", reason: "backup-under-way" });
    await Promise.all([engine.stop(), stopped.catch(() => {})]);
    expect(readdirSync(folder).filter((name) => name.includes("partial"))).toEqual([]);
  });

  test("on a full disk says so", () => {
    const failure = notWritable("/f", Object.assign(new Error("no space"), { code: "ENOSPC" }));
    expect(failure).toMatchObject({ code: "resource_exhausted", reason: "disk-full" });
  });

  test("of what is kept in memory is refused", async () => {
    const memory = createEngine();
    await memory.start();
    await expect(memory.backup(backup, never)).rejects.toMatchObject({ reason: "backup-without-file" });
    await memory.stop();
  });
});

describe("a restore", () => {
  const target = () => join(folder, "home", "pawl.db");

  test("never overwrites a store with anything in it", async () => {
    await run(engine, "e");
    await engine.backup(backup, never);
    await engine.stop();
    expect(() => restoreStore(backup, store)).toThrow(/holds workflows or executions/);
    await opened(store, async (other) => {
      expect(await other.getExecution("e")).toMatchObject({ status: "completed" });
    });
  });

  test("replaces an empty store, log and all", async () => {
    await run(engine, "e");
    await engine.backup(backup, never);
    mkdirSync(join(folder, "home"));
    await opened(target(), async () => {});
    restoreStore(backup, target());
    await opened(target(), async (other) => {
      expect(await other.getExecution("e")).toMatchObject({ status: "completed" });
    });
  });

  const damaged = async (change: (bytes: Uint8Array) => Uint8Array): Promise<() => void> => {
    for (let n = 0; n < 50; n++) await run(engine, `e${n}`, { a: 1, text: "x".repeat(2_000) });
    await engine.backup(backup, never);
    await Bun.write(backup, change(await Bun.file(backup).bytes()));
    return () => {
      expect(existsSync(target())).toBe(false);
      expect(readdirSync(join(folder, "home"))).toEqual([]);
    };
  };

  test("refuses a file that was cut short, and leaves nothing", async () => {
    const check = await damaged((bytes) => bytes.slice(0, bytes.length / 2));
    expect(() => restoreStore(backup, target())).toThrow(/is damaged/);
    check();
  });

  test("never gets to see a copy that was not whole: it is removed", async () => {
    await damaged((bytes) => bytes.fill(0xff, 8192, 12_288));
    const refused = {
      code: "data_loss",
      reason: "backup-not-whole",
      hint: expect.stringContaining("earlier backups"),
    };
    expect(() => verifyBackup(backup)).toThrow(expect.objectContaining(refused));
    expect(existsSync(backup)).toBe(false);
    await engine.backup(backup, never);
    verifyBackup(backup);
    expect(existsSync(backup)).toBe(true);
  });

  test("refuses a file in which bytes were changed", async () => {
    const check = await damaged((bytes) => bytes.fill(0xff, 8192, 12_288));
    expect(() => restoreStore(backup, target())).toThrow(/is damaged/);
    check();
  });

  test("refuses what is no backup", async () => {
    expect(() => restoreStore(join(folder, "none"), target())).toThrow(/There is no file/);
    expect(() => restoreStore(folder, target())).toThrow(/is not a file/);
    await Bun.write(backup, "hello".repeat(2_000));
    expect(() => restoreStore(backup, target())).toThrow(/is damaged/);
    const foreign = new Database(join(folder, "foreign.db"));
    foreign.run("CREATE TABLE theirs (a)");
    foreign.close();
    expect(() => restoreStore(join(folder, "foreign.db"), target())).toThrow(/another program's/);
    // A copy of a store in use: a part of it is in the log.
    await run(engine, "e");
    expect(() => restoreStore(store, target())).toThrow(/is not complete/);
  });

  test("refuses a newer version", async () => {
    await run(engine, "e");
    await engine.backup(backup, never);
    const database = new Database(backup);
    database.run(`PRAGMA user_version = ${schemaVersion + 1}`);
    expect(() => restoreStore(backup, target())).toThrow(/written by a newer version/);
    database.close();
  });
});
