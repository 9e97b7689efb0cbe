import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileStore } from "../../src/engine/sqlite/database.ts";
import { Journal } from "../../src/engine/sqlite/journal.ts";
import { Seal } from "../../src/engine/sqlite/seal.ts";
import type { Store } from "../../src/engine/sqlite/store.ts";
import type { Failure } from "../../src/failure.ts";
import { holds, loops, sums } from "../engine/definitions.ts";
import { Peers } from "../engine/peers.ts";
import { ended } from "../engine/reading.ts";
import { createEngine } from "../engine/world.ts";
import { Dice } from "../simulation/dice.ts";
import { type Disk, layDisk, mixedLog, mixture, readDisk } from "./torn.ts";

/**
 * Power loss: of what was written since the last fsync, any part may be on the disk. Both files are copied before and after
 * every commit of a life; every mixture of the two, block by block, must recover to one of them, and never to anything else.
 */
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pawl-power-"));
  path = join(folder, "pawl.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

const disk = () => readDisk(path);

/** Puts the files where a server would find them. */
function lay(files: Partial<Disk>): string {
  const copy = join(folder, "copy.db");
  layDisk(copy, files);
  return copy;
}

/** A life of some commits, with the disk as it was after each of them; small logs, so that they are written back often. */
async function live(): Promise<Disk[]> {
  const disks: Disk[] = [];
  const real = fileStore(path);
  const store: Store = {
    path,
    open() {
      const connection = real.open();
      connection.execute("PRAGMA wal_autocheckpoint = 12");
      // The last thing that is done of a commit.
      const { mark } = connection;
      const write = (progress: number) => {
        mark?.write(progress);
        disks.push(disk());
      };
      return Object.assign(connection, { mark: { ...mark, write } });
    },
  };
  const peers = new Peers((peer) => peer.answer({ text: "y".repeat(3_000) }));
  const engine = createEngine({ store, peers, limits: { sliceTasks: 20, replayCost: 50 } });
  await engine.start();
  for (let n = 0; n < 6; n++) {
    await engine.startExecution({ id: `sum${n}`, workflow: sums, input: { a: n, text: "x".repeat(2_000) } });
    await engine.startExecution({ id: `hold${n}`, workflow: holds, input: {} });
    await ended(engine, `hold${n}`);
  }
  await engine.startExecution({ id: "loop", workflow: loops, input: { n: 0, limit: 60 } });
  await ended(engine, "loop");
  await engine.stop();
  return disks;
}

/** A digest of what the files hold, once SQLite has recovered them. */
function contents(disk: Partial<Disk>): string {
  const database = new Database(lay(disk), { strict: true });
  try {
    const [found] = database.query<{ integrity_check: string }, []>("PRAGMA integrity_check").all();
    if (found?.integrity_check !== "ok") return "damaged";
    const tables = [
      "executions",
      "journal",
      "snapshots",
      "timers",
      "activities",
      "deliveries",
      "revisions",
      "meta",
    ];
    return String(
      Bun.hash(JSON.stringify(tables.map((table) => database.query(`SELECT * FROM ${table}`).values()))),
    );
  } finally {
    database.close();
  }
}

describe("power loss", () => {
  test("within a commit leaves what was before it, or all of it", async () => {
    const disks = await live();
    const dice = new Dice(1);
    let torn = 0;
    let whole = 0;
    let writtenBack = 0;
    for (const [n, after] of disks.entries()) {
      const before = disks[n - 1];
      if (!before) continue;
      const [old, next] = [contents(before), contents(after)];
      // The log is synced before anything is written back to the file: with parts of the file, the log is whole.
      const back = !before.file.equals(after.file);
      if (back) writtenBack += 1;
      for (let mix = 0; mix < 14; mix++) {
        const block = dice.pick([512, 4_096]);
        const log = mixedLog(before.log, after.log, block, dice);
        const found = contents({ file: before.file, log });
        expect([old, next]).toContain(found);
        if (found === old) torn += 1;
        else whole += 1;
        if (back)
          expect(contents({ file: mixture(before.file, after.file, block, dice), log: after.log })).toBe(
            next,
          );
      }
    }
    // Otherwise nothing was put to the test.
    for (const count of [torn, whole]) expect(count).toBeGreaterThan(20);
    expect(writtenBack).toBeGreaterThan(3);
  }, 60_000);

  test("after a commit has been acknowledged leaves all of it", async () => {
    const engine = createEngine({ store: fileStore(path) });
    await engine.start();
    await engine.startExecution({ id: "e", workflow: sums, input: { a: 1 } });
    const { file, log } = disk();
    await engine.stop();
    const next = createEngine({ store: fileStore(lay({ file, log })) });
    await next.start();
    expect(await next.getExecution("e")).toMatchObject({ status: "completed" });
    await next.stop();
  });
});

/** No power loss does this: somebody, or something, was at the files. */
test("a log cut anywhere, or with any bit turned over, is noticed unless nothing is missing", async () => {
  const disks = (await live()).slice(1);
  const dice = new Dice(2);
  const noticed = { cut: 0, turned: 0, harmless: 0 };
  for (let n = 0; n < 150; n++) {
    const { file, log, mark } = dice.pick(disks.slice(1));
    const whole = contents({ file, log });
    const damage = dice.pick(["cut", "turned"] as const);
    const damaged = damage === "cut" ? log.subarray(0, dice.roll(log.length)) : Buffer.from(log);
    if (damage === "turned") damaged[dice.roll(log.length)]! ^= 1 << dice.roll(8);
    const store = fileStore(lay({ file, log: damaged, mark }));
    const reason = await openAndClose(store);
    if (reason === undefined) {
      expect(contents({ file, log: damaged })).toBe(whole);
      noticed.harmless += 1;
    } else {
      expect(reason).toBeOneOf(["store-behind", "store-corrupt"]);
      noticed[damage] += 1;
    }
  }
  for (const count of Object.values(noticed)) expect(count).toBeGreaterThan(10);
}, 60_000);

/** Why it cannot be opened, if so. No engine: it would go on with what it finds. */
async function openAndClose(store: Store): Promise<string | undefined> {
  try {
    const connection = store.open();
    try {
      new Seal(connection, new Journal(connection)).check(store.path);
    } finally {
      connection.close();
    }
    return undefined;
  } catch (error) {
    return (error as Failure).reason;
  }
}
