import { describe, expect, test } from "bun:test";
import type { Engine } from "../../src/engine/engine.ts";
import { call, holds, source } from "./definitions.ts";
import { Peers } from "./peers.ts";
import { ended, reached } from "./reading.ts";
import { createEngine, ManualClock, MortalStore } from "./world.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

const child =
  "    run:\n      workflow:\n        namespace: test\n        name: holds\n        version: 1.0.0\n        input: {}";
const family = source("family", `- below:\n${child}\n${call("last")}`);

/** What the journal says of an execution becomes something that no replay leads to: as after a faulty upgrade. */
function falsify(store: MortalStore, id: string): void {
  const connection = store.open();
  connection.execute(
    `UPDATE journal SET records = '[[12,0,"/do/9/never",9]]' WHERE execution = (SELECT key FROM executions WHERE id = '${id}')`,
  );
  connection.close();
}

describe("an execution that does not replay the way it went", () => {
  async function start(tasks: (engine: Engine, peers: Peers) => Promise<void>) {
    const store = new MortalStore();
    const peers = new Peers();
    const engine = createEngine({ store, peers });
    await engine.start();
    await engine.apply([holds], { dryRun: false });
    await tasks(engine, peers);
    store.kill();
    return store;
  }

  test("is left alone, and takes no activity's place", async () => {
    const store = await start(async (engine, peers) => {
      for (const id of ["sick", "well"]) await engine.startExecution({ id, workflow: holds, input: {} });
      await peers.arrived(4);
    });
    falsify(store, "sick");
    const peers = new Peers((peer) => peer.answer(1));
    const next = createEngine({ store, peers, limits: { activities: 1 } });
    await next.start();
    expect(await ended(next, "well")).toMatchObject({ status: "completed" });
    expect(await next.getExecution("sick")).toMatchObject({ status: "running" });
    await next.stop();
  });

  test("does not keep the timers of others from firing", async () => {
    const nap = source("nap", "- nap:\n    wait:\n      seconds: 60");
    const many = Array.from({ length: 600 }, (_, n) => `e${n}`);
    const store = await start(async (engine) => {
      await Promise.all(many.map((id) => engine.startExecution({ id, workflow: nap, input: {} })));
    });
    for (const id of many.slice(0, 520)) falsify(store, id);
    const next = createEngine({ store, clock: new ManualClock(2_000_000) });
    await next.start();
    expect(await ended(next, "e599")).toMatchObject({ status: "completed" });
    await next.stop();
  });

  test("can be cancelled, with what it started", async () => {
    const store = await start(async (engine, peers) => {
      await engine.startExecution({ id: "family", workflow: family, input: {} });
      await peers.arrived(2);
    });
    falsify(store, "family");
    const next = createEngine({
      store,
      peers: new Peers((peer) => !peer.uri.endsWith("/hold") && peer.answer(1)),
    });
    await next.start();
    expect(await next.cancelExecution("family")).toMatchObject({ status: "cancelled" });
    const below = (await next.listExecutions({})).find(({ parent }) => parent === "family");
    expect(await ended(next, below?.id ?? "")).toMatchObject({ status: "cancelled" });
    await turn();
    expect(next.info().executions).toEqual({});
    await next.deleteExecution("family");
    await next.stop();
  });
});

test("an execution that the engine faults takes its children along", async () => {
  const peers = new Peers();
  const engine = createEngine({ peers, limits: { stateLength: 2_000, replayCost: 0 } });
  await engine.start();
  await engine.apply([holds], { dryRun: false });
  const branches = [
    `      - a:\n      ${child.replaceAll("\n", "\n      ")}`,
    call("large/hold").replace("large/hold:", "b:").replaceAll(/^/gm, "      "),
  ];
  const large = source("large", `- both:\n    fork:\n      branches:\n${branches.join("\n")}`);
  await engine.startExecution({ id: "large", workflow: large, input: { text: "x".repeat(3_000) } });
  await peers.arrived(3);
  peers.calls.find(({ uri }) => uri.includes("large"))?.answer(1);
  expect(await ended(engine, "large")).toMatchObject({ status: "faulted" });
  const below = (await engine.listExecutions({})).find(({ parent }) => parent === "large");
  expect(await ended(engine, below?.id ?? "")).toMatchObject({ status: "cancelled" });
  await engine.stop();
});

test("a child is counted while it is under way", async () => {
  const peers = new Peers();
  const engine = createEngine({ peers });
  await engine.start();
  await engine.apply([holds], { dryRun: false });
  await engine.startExecution({ id: "family", workflow: family, input: {} });
  await peers.arrived(2);
  await reached(engine, "family", "workflow.status-changed");
  expect(engine.info().executions).toEqual({ running: 1, waiting: 1 });
  await engine.cancelExecution("family");
  await turn();
  expect(engine.info().executions).toEqual({});
  await engine.stop();
});

test("a timer is not early for its execution when the clock is set back while it fires", async () => {
  let deferred = Number.NEGATIVE_INFINITY;
  let setBackMs = 0;
  class Clock extends ManualClock {
    override now(): number {
      return super.now() - setBackMs;
    }
    // Once for the turn of the timers, and once again by the first that fires.
    override defer(callback: () => void): void {
      if (++deferred === 2) setBackMs = 5_000;
      super.defer(callback);
    }
  }
  const clock = new Clock(1_000_000);
  const engine = createEngine({ clock });
  await engine.start();
  const nap = source("nap", "- nap:\n    wait:\n      seconds: 60");
  await engine.startExecution({ id: "e", workflow: nap, input: {} });
  for (let turns = 0; turns < 5; turns++) await turn();
  deferred = 0;
  clock.advance(60_000);
  expect(await ended(engine, "e")).toMatchObject({ status: "completed", endedAt: 1_060_000 });
  expect(setBackMs).toBe(5_000);
  await engine.stop();
});
