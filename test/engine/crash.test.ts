import { describe, expect, test } from "bun:test";
import type { Engine } from "../../src/engine/engine.ts";
import { call, holds, loops, source, sums } from "./definitions.ts";
import { Peers } from "./peers.ts";
import { ended, read, told } from "./reading.ts";
import { createEngine, ManualClock, MortalStore } from "./world.ts";

describe("kill -9", () => {
  test("in an activity: it runs again with the same key, what came before does not", async () => {
    const store = new MortalStore();
    const first = new Peers();
    const engine = createEngine({ store, peers: first });
    await engine.start();
    await engine.startExecution({ id: "e", workflow: holds, input: {} });
    await first.arrived(2);
    store.kill();
    const second = new Peers((peer) => peer.answer(1));
    const next = createEngine({ store, peers: second });
    await next.start();
    expect(await ended(next, "e")).toMatchObject({ status: "completed" });
    expect(second.calls.map(({ uri }) => uri.split("/").at(-1))).toEqual(["hold", "after"]);
    expect(second.calls[0]?.key).toBe(first.calls[1]?.key ?? "");
    await next.stop();
  });

  test("in a wait: it ends at its time, neither early nor again", async () => {
    const store = new MortalStore();
    const nap = source("nap", `- nap:\n    wait:\n      seconds: 60\n${call("after")}`);
    const engine = createEngine({ store, clock: new ManualClock(1_000_000) });
    await engine.start();
    await engine.startExecution({ id: "e", workflow: nap, input: {} });
    store.kill();
    const peers = new Peers();
    const clock = new ManualClock(1_030_000);
    const next = createEngine({ store, peers, clock });
    await next.start();
    await new Promise<void>((resolve) => clock.defer(resolve));
    clock.advance(29_999);
    await new Promise<void>((resolve) => clock.defer(resolve));
    expect(await next.getExecution("e")).toMatchObject({ status: "waiting" });
    clock.advance(1);
    expect(await ended(next, "e")).toMatchObject({ status: "completed", endedAt: 1_060_000 });
    expect(peers.count("/after")).toBe(1);
    await next.stop();
  });

  test("in a loop of pure tasks: it goes on", async () => {
    const store = new MortalStore();
    const engine = createEngine({ store, limits: { sliceTasks: 7 } });
    await engine.start();
    await engine.startExecution({ id: "e", workflow: loops, input: { n: 0, limit: 3_000 } });
    await read(engine, { execution: "e", follow: true }, (records) => records.length > 1_000);
    store.kill();
    // Another budget than before: the journal says which one each step had.
    const next = createEngine({ store, limits: { sliceTasks: 50, historyRecords: 50_000 } });
    await next.start();
    expect(await ended(next, "e")).toMatchObject({ output: { n: 3_000, limit: 3_000 } });
    const done = (await next.history("e")).filter(({ record }) => record.type === "task.completed");
    expect(done).toHaveLength(6_000);
    expect(done.every(({ record }) => record.output !== undefined)).toBe(true);
    await next.stop();
  });

  test("with a child under way: the parent hears of its end once", async () => {
    const store = new MortalStore();
    const first = new Peers();
    const engine = createEngine({ store, peers: first });
    await engine.start();
    await startFamily(engine);
    await first.arrived(2);
    store.kill();
    const second = new Peers((peer) => peer.answer({ n: 1 }));
    const next = createEngine({ store, peers: second });
    await next.start();
    expect(await ended(next, "family")).toMatchObject({ status: "completed" });
    expect(second.count("/last")).toBe(1);
    const records = await read(next, { execution: "family", follow: false });
    expect(told(records).filter((line) => line === "task.completed below")).toHaveLength(1);
    await next.stop();
  });

  test("in an activity that nobody waits for: it runs again, though its execution has ended", async () => {
    const store = new MortalStore();
    const first = new Peers();
    const engine = createEngine({ store, peers: first });
    await engine.start();
    const alone = source(
      "alone",
      "- away:\n    run:\n      shell:\n        command: x/hold\n      await: false",
    );
    await engine.startExecution({ id: "e", workflow: alone, input: 1 });
    expect(await ended(engine, "e")).toMatchObject({ status: "completed" });
    await first.arrived(1);
    expect(first.calls[0]?.signal.aborted).toBe(false);
    store.kill();
    const second = new Peers((peer) => peer.answer(1));
    const next = createEngine({ store, peers: second });
    await next.start();
    await second.arrived(1);
    expect(second.calls[0]?.key).toBe(first.calls[0]?.key ?? "");
    await settle();
    await next.stop();
    const third = new Peers();
    const last = createEngine({ store, peers: third });
    await last.start();
    await settle();
    expect(third.calls).toEqual([]);
    await last.stop();
  });

  for (const point of ["write", "before-commit", "after-commit"] as const) {
    test(`at every ${point}: nothing acknowledged is lost, nothing completed is run again`, async () => {
      let survived = false;
      let nth = 0;
      while (!survived) survived = await dieAt(point, ++nth);
      // Fewer would mean that the life ended before it was put to the test.
      expect(nth).toBeGreaterThan(point === "write" ? 25 : 8);
    });
  }
});

async function startFamily(engine: Engine): Promise<void> {
  const child =
    "    run:\n      workflow:\n        namespace: test\n        name: holds\n        version: 1.0.0";
  await engine.apply([holds], { dryRun: false });
  const family = source("family", `- below:\n${child}\n${call("last")}`);
  await engine.startExecution({ id: "family", workflow: family, input: {} });
}

/** Lets a server die at the nth such point of a small life; true when it came to its end before. */
async function dieAt(point: string, nth: number): Promise<boolean> {
  let left = nth;
  const store: MortalStore = new MortalStore({
    at: (reached) => {
      if (reached !== point || --left !== 0) return;
      store.kill();
      throw new Error("Killed");
    },
  });
  const peers = new Peers((peer) => peer.answer({ a: 1 }));
  const acknowledged: string[] = [];
  const live = async (engine: Engine) => {
    await engine.start();
    if (left <= 0) return;
    await startFamily(engine).then(() => acknowledged.push("family"));
    await engine.startExecution({ id: "sums", workflow: sums, input: { a: 1 } });
    acknowledged.push("sums");
  };
  await live(createEngine({ store, peers })).catch(() => {});
  if (left > 0) await settle();
  store.kill();
  const died = left <= 0;
  left = Number.POSITIVE_INFINITY;
  const completed = durablyCompleted(store);
  const called = peers.calls.length;
  const next = createEngine({ store, peers });
  await next.start();
  for (const id of acknowledged) expect(await ended(next, id)).toMatchObject({ status: "completed" });
  for (const { id } of await next.listExecutions({}))
    expect((await ended(next, id)).status).toBe("completed");
  for (const { key } of peers.calls.slice(called)) expect(completed).not.toContain(key);
  await next.stop();
  return !died;
}

/** The idempotency keys of activities whose completion is in the journal. */
function durablyCompleted(store: MortalStore): string[] {
  const connection = store.open();
  const there = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'journal'").get();
  const rows = there
    ? connection
        .prepare<{ key: string }>(
          `SELECT e.id || '/' || (j.event ->> 'activity') AS key FROM journal j
           JOIN executions e ON e.key = j.execution WHERE j.event ->> 'type' = 'activity-completed'`,
        )
        .all()
    : [];
  connection.close();
  return rows.map(({ key }) => key);
}

/** Some turns of the event loop: how far the life gets in them is what the faults are spread over. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
