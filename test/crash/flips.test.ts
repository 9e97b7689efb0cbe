import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionView } from "../../src/engine/engine.ts";
import { fileStore } from "../../src/engine/sqlite/database.ts";
import { verifyStore } from "../../src/engine/sqlite/restore.ts";
import type { Failure } from "../../src/failure.ts";
import { loops, sums } from "../engine/definitions.ts";
import { ended } from "../engine/reading.ts";
import { createEngine } from "../engine/world.ts";
import { Dice } from "../simulation/dice.ts";

/**
 * A disk that rots: single bits of a store's file are turned over, in every kind of page there is. Whatever is then said of an
 * execution is what it was, or an error; and a check of the whole file finds what nobody asked for.
 */
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pawl-flips-"));
  path = join(folder, "pawl.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

const pageBytes = 4_096;
const ids = Array.from({ length: 12 }, (_, n) => `e${n}`);

/** A store with pages of every kind: leaves and inner pages of tables and indexes, overflow, free ones. */
async function write(): Promise<void> {
  const engine = createEngine({ store: fileStore(path), limits: { sliceTasks: 1 } });
  await engine.start();
  for (const id of [...ids, "gone"]) {
    const input = { a: 1, text: `${id} `.repeat(id === "gone" ? 20_000 : 2_500) };
    await engine.startExecution({ id, workflow: sums, input });
    await ended(engine, id);
  }
  await engine.startExecution({ id: "long", workflow: loops, input: { n: 0, limit: 150 } });
  await ended(engine, "long");
  await engine.deleteExecution("gone");
  await engine.stop();
  rmSync(`${path}-mark`);
}

/** What is told of all executions: their views and records, or why not. */
async function told(store: string): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  const engine = createEngine({ store: fileStore(store) });
  const say = async (what: string, work: () => Promise<unknown>) => {
    answers.set(what, await work().then(JSON.stringify, (error: Failure) => `error ${error.code}`));
  };
  await say("start", () => engine.start());
  if (answers.get("start")?.startsWith("error")) return answers;
  for (const id of [...ids, "long"]) {
    await say(id, () => engine.getExecution(id).then(known));
    await say(`history of ${id}`, () => engine.history(id));
  }
  await say("stop", () => engine.stop());
  return answers;
}

/** What has a sum: all but what may change while it runs. */
const known = ({ status: _status, ...view }: ExecutionView) => view;

/** Which page is of which kind, as SQLite itself knows it. */
function kinds(): Map<string, number[]> {
  const database = new Database(path);
  const rows = database
    .query<{ name: string; pagetype: string; pageno: number }, []>(
      "SELECT name, pagetype, pageno FROM dbstat",
    )
    .all();
  const { page_count } = database.query<{ page_count: number }, []>("PRAGMA page_count").get()!;
  database.close();
  const found = new Map<string, number[]>([["header", [1]]]);
  const used = new Set([1]);
  for (const { name, pagetype, pageno } of rows) {
    const kind = `${pagetype} of ${/^(executions|journal)$/.test(name) ? name : "another"}`;
    used.add(pageno);
    found.set(kind, [...(found.get(kind) ?? []), pageno]);
  }
  const free = Array.from({ length: page_count }, (_, n) => n + 1).filter((page) => !used.has(page));
  return found.set("free", free);
}

/** What a store says of itself when all of it is read. */
function isFound(store: string): boolean {
  try {
    verifyStore(store);
    return false;
  } catch (error) {
    expect((error as Failure).code).toBe("data_loss");
    return true;
  }
}

test("one bit, anywhere, is noticed by whoever is concerned, or by a check of the file", async () => {
  await write();
  const before = await told(path);
  const whole = readFileSync(path);
  const dice = new Dice(12);
  const copy = join(folder, "copy.db");
  const noticed = new Map<string, number>();
  for (const [kind, pages] of kinds()) {
    for (let n = 0; n < 12; n++) {
      const bytes = Buffer.from(whole);
      const at = (dice.pick(pages) - 1) * pageBytes + dice.roll(kind === "header" ? 100 : pageBytes);
      bytes[at]! ^= 1 << dice.roll(8);
      for (const end of ["", "-wal", "-mark"]) rmSync(copy + end, { force: true });
      writeFileSync(copy, bytes);
      const found = isFound(copy);
      const changed = [...(await told(copy))].filter(([what, answer]) => answer !== before.get(what));
      const silent = changed.filter(([, answer]) => !/^error (data_loss|failed_precondition)$/.test(answer));
      // An event that is not found any more is missing in a history; nothing else goes unnoticed.
      if (!found) expect({ at, silent }).toEqual({ at, silent: [] });
      for (const [what] of silent) expect(what).toStartWith("history");
      if (changed.length > silent.length) noticed.set(kind, (noticed.get(kind) ?? 0) + 1);
    }
  }
  for (const kind of ["header", "leaf of executions", "overflow of executions", "leaf of journal"])
    expect(noticed.get(kind)).toBeGreaterThan(2);
}, 60_000);
