import { describe, expect, test } from "bun:test";
import type { Engine } from "../../src/engine/engine.ts";
import { storeFailure } from "../../src/engine/sqlite/store.ts";
import type { Failure } from "../../src/failure.ts";
import { holds, loops, source, sums } from "./definitions.ts";
import { Peers } from "./peers.ts";
import { ended, read } from "./reading.ts";
import { createEngine, ManualClock, MortalStore } from "./world.ts";

const ids = async (engine: Engine) => (await engine.listExecutions({})).map(({ id }) => id);

async function run(engine: Engine, ...names: string[]): Promise<void> {
  for (const id of names) {
    await engine.startExecution({ id, workflow: sums, input: { a: 1 } });
    await ended(engine, id);
  }
}

/** Resolves after the turns that are under way: one that has nothing to do asks for no other. */
async function settled(turns = 8): Promise<void> {
  for (let n = 0; n < turns; n++) await new Promise<void>((resolve) => setImmediate(resolve));
}

const rows = (store: MortalStore) => {
  const connection = store.open();
  const count = (table: string) => connection.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"];
  const counts = Object.fromEntries(
    ["executions", "journal", "removals", "revisions", "snapshots"].map((table) => [table, count(table)]),
  );
  connection.close();
  return counts;
};

describe("the newest N", () => {
  test("are kept, with what still runs", async () => {
    const [peers, clock] = [new Peers(), new ManualClock()];
    const engine = createEngine({ retain: { count: 2 }, peers, clock });
    await engine.start();
    await engine.startExecution({ id: "held", workflow: holds, input: {} });
    await peers.arrived(2);
    await run(engine, "a", "b", "c", "d");
    await settled();
    expect(await ids(engine)).toEqual(["d", "c", "held"]);
    await expect(engine.getExecution("a")).rejects.toMatchObject({ code: "not_found" });
    const records = await read(engine, { follow: false });
    expect(new Set(records.map(({ execution }) => execution))).toEqual(new Set(["held", "c", "d"]));
    clock.advance(1);
    peers.calls[1]?.answer(1);
    await ended(engine, "held");
    await settled();
    expect(await ids(engine)).toEqual(["d", "held"]);
    await engine.stop();
  });

  test("are kept of a store that holds more, and of none", async () => {
    const store = new MortalStore();
    const all = createEngine({ store });
    await all.start();
    await run(all, ...Array.from({ length: 40 }, (_, n) => `e${n}`));
    await all.stop();
    const few = createEngine({ store, retain: { count: 3 }, limits: { sweepRows: 4 } });
    await few.start();
    await settled(60);
    expect(await ids(few)).toEqual(["e39", "e38", "e37"]);
    await few.stop();
    const none = createEngine({ store, retain: { count: 0 } });
    await none.start();
    await settled();
    expect(await ids(none)).toEqual([]);
    await none.stop();
    expect(rows(store)).toEqual({ executions: 0, journal: 0, removals: 0, revisions: 0, snapshots: 0 });
  });
});

describe("an age", () => {
  test("ends what is older, at its time and without looking before", async () => {
    const clock = new ManualClock();
    const engine = createEngine({ clock, retain: { ageMs: 1_000 } });
    await engine.start();
    await run(engine, "first");
    clock.advance(600);
    await run(engine, "second");
    await settled();
    expect(clock.armed).toHaveLength(1);
    clock.advance(399);
    await settled();
    expect(await ids(engine)).toEqual(["second", "first"]);
    clock.advance(1);
    await settled();
    expect(await ids(engine)).toEqual(["second"]);
    expect(clock.armed).toEqual([clock.now() + 600]);
    clock.advance(600);
    await settled();
    expect(await ids(engine)).toEqual([]);
    expect(clock.armed).toEqual([]);
    const { commits } = engine.info().details;
    await settled();
    expect(engine.info().details["commits"]).toBe(commits ?? 0);
    await engine.stop();
  });

  test("spares what was applied, and forgets definitions that nothing refers to", async () => {
    const clock = new ManualClock();
    const store = new MortalStore();
    const engine = createEngine({ clock, store, retain: { ageMs: 1_000 } });
    await engine.start();
    await engine.apply([source("kept", "- a:\n    set: { a: 1 }")], { dryRun: false });
    await run(engine, "of-a-file");
    clock.advance(1_000);
    await settled();
    expect(await ids(engine)).toEqual([]);
    await engine.stop();
    expect(rows(store)).toMatchObject({ revisions: 1 });
  });
});

describe("a long journal", () => {
  const long = { n: 0, limit: 600 };
  const limits = { sliceTasks: 1, sweepRows: 50 };

  test("is removed in bites, while others go on", async () => {
    const store = new MortalStore();
    const engine = createEngine({ store, limits });
    await engine.start();
    await engine.startExecution({ id: "long", workflow: loops, input: long });
    await ended(engine, "long");
    await engine.deleteExecution("long");
    await expect(engine.getExecution("long")).rejects.toMatchObject({ code: "not_found" });
    expect(await read(engine, { follow: false })).toEqual([]);
    // Its id is free at once.
    await run(engine, "long");
    await settled(100);
    await engine.stop();
    expect(rows(store)).toMatchObject({ executions: 1, removals: 0 });
    expect(rows(store)["journal"]).toBeLessThan(10);
  });

  test("that is removed while it is read is no history any more", async () => {
    const engine = createEngine({ limits });
    await engine.start();
    await engine.startExecution({ id: "long", workflow: loops, input: long });
    await ended(engine, "long");
    const whole = await engine.history("long");
    expect(whole.length).toBeGreaterThan(1_200);
    const history = engine.history("long").then(
      (records) => records.length,
      (error: Failure) => error.code,
    );
    await engine.deleteExecution("long");
    expect(await history).toBe("not_found");
    await engine.stop();
  });

  test("goes on being removed after a crash between any two bites", async () => {
    const store = new MortalStore();
    const engine = createEngine({ store, limits });
    await engine.start();
    await engine.startExecution({ id: "long", workflow: loops, input: long });
    await ended(engine, "long");
    await engine.deleteExecution("long");
    store.kill();
    expect(rows(store)).toMatchObject({ executions: 0, removals: 1 });
    const next = createEngine({ store, limits });
    await next.start();
    await settled(100);
    await next.stop();
    expect(rows(store)).toMatchObject({ journal: 0, removals: 0 });
  });
});

test("a store that cannot be written is left alone until it can", async () => {
  let full = false;
  let attempts = 0;
  const store = new MortalStore({
    at: (point) => {
      if (point !== "before-commit" || !full) return;
      attempts += 1;
      throw storeFailure("full", "memory");
    },
  });
  const clock = new ManualClock();
  const engine = createEngine({ store, clock, retain: { ageMs: 500 } });
  await engine.start();
  await run(engine, "a");
  full = true;
  clock.advance(500);
  await settled(50);
  expect(attempts).toBeLessThan(5);
  expect(await ids(engine)).toEqual(["a"]);
  full = false;
  clock.advance(1_000);
  await settled();
  expect(await ids(engine)).toEqual([]);
  await engine.stop();
});

describe("nothing is kept for longer because", () => {
  test("a commit took its time when it fell due", async () => {
    const clock = new ManualClock();
    let slow = false;
    const store = new MortalStore({
      at: (point) => {
        if (point === "after-commit" && slow) clock.advance(50);
      },
    });
    const engine = createEngine({ store, clock, retain: { ageMs: 1_000 } });
    await engine.start();
    await run(engine, "first");
    clock.advance(30);
    await run(engine, "second");
    await settled();
    // The first goes; while that is written, the second falls due.
    slow = true;
    clock.advance(970);
    await settled();
    slow = false;
    clock.advance(1);
    await settled();
    expect(await ids(engine)).toEqual([]);
    await engine.stop();
  });

  test("the store could not be read when it had to be", async () => {
    let broken = false;
    const memory = new MortalStore();
    const open = () => {
      const connection = memory.open();
      const prepare: typeof connection.prepare = (sql) => {
        const statement = connection.prepare(sql);
        const get: typeof statement.get = (...values) => {
          if (broken && sql.includes("min(ended_at)")) throw storeFailure("broken", "memory");
          return statement.get(...values);
        };
        return { ...statement, get } as never;
      };
      return { ...connection, prepare };
    };
    const clock = new ManualClock();
    const engine = createEngine({ store: { path: "memory", open }, clock, retain: { ageMs: 1_000 } });
    await engine.start();
    await run(engine, "first");
    clock.advance(500);
    await run(engine, "second");
    broken = true;
    clock.advance(500);
    // What shares the commit with the removal is acknowledged all the same.
    await engine.startExecution({ id: "third", workflow: sums, input: { a: 1 } });
    broken = false;
    await ended(engine, "third");
    clock.advance(500);
    await settled();
    expect(await ids(engine)).toEqual(["third"]);
    await engine.stop();
  });

  test("an activity that nobody awaits was under way", async () => {
    const [peers, clock] = [new Peers(), new ManualClock()];
    const engine = createEngine({ peers, clock, retain: { ageMs: 1_000 } });
    await engine.start();
    const left = source("left", "- it:\n    run:\n      await: false\n      shell:\n        command: /hold");
    await engine.startExecution({ id: "left", workflow: left, input: {} });
    await ended(engine, "left");
    await peers.arrived(1);
    clock.advance(5_000);
    await settled();
    expect(await ids(engine)).toEqual(["left"]);
    peers.calls[0]?.answer("");
    await settled();
    expect(await ids(engine)).toEqual([]);
    await engine.stop();
  });
});
