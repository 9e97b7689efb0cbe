import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Engine, ExecutionFilter } from "../../src/engine/engine.ts";
import type { TemporalEngine } from "../../src/engine/temporal/temporal-engine.ts";
import { call, source } from "../engine/definitions.ts";
import { Peers } from "../engine/peers.ts";
import { ended, reached } from "../engine/reading.ts";
import { describeTemporal } from "./describe.ts";
import { type DevServer, openDevServer } from "./dev-server.ts";
import { createEngine } from "./engine.ts";

setDefaultTimeout(180_000);

/** Pages are at least 100 long, and at most 1,000. */
const pageLength = process.env["PAWL_SOAK"] ? 1_000 : 100;
const many = pageLength + 30;
const sets = source("sets", "- a:\n    set:\n      x: 1");
const naps = source("naps", "- nap:\n    wait: { hours: 1 }");
const faults = source("faults", call("fail"));
const elsewhere = { ...sets, text: sets.text.replace("namespace: test", "namespace: elsewhere") };

/** Nothing tells when Temporal's lists have caught up: they are asked until they have. */
async function caughtUp(engine: Engine, completed: number): Promise<void> {
  for (;;) if ((await engine.countExecutions()).completed === completed) return;
}

describeTemporal("more executions than one page of Temporal's lists", () => {
  let server: DevServer;
  let engine: TemporalEngine;
  /** Another server than the one that had to do with them. */
  beforeAll(async () => {
    server = await openDevServer();
    await server.start();
    const settings = { address: server.address, taskQueue: "many" };
    const first = createEngine({ ...settings, runActivity: new Peers().run });
    await first.start();
    await first.connected;
    const start = (id: string, workflow: typeof sets) => first.startExecution({ id, workflow, input: null });
    await Promise.all([start("nap-1", naps), start("nap-2", naps), start("nap-3", naps)]);
    for (const id of ["nap-1", "nap-2", "nap-3"]) await reached(first, id, "task.started");
    await Promise.all([start("fault-1", faults), start("fault-2", faults)]);
    for (const id of ["fault-1", "fault-2"]) await ended(first, id);
    await start("elsewhere", elsewhere);
    await ended(first, "elsewhere");
    const ids = Array.from({ length: many }, (_, n) => `set-${n}`);
    while (ids.length > 0) await Promise.all(ids.splice(0, 64).map((id) => start(id, sets)));
    await caughtUp(first, many + 1);
    await first.stop();
    engine = createEngine({ ...settings, runActivity: new Peers().run });
    await engine.start();
    await engine.connected;
  });
  afterAll(async () => {
    await engine?.stop();
    await server?.close();
  });
  const listed = async (filter: ExecutionFilter) =>
    (await engine.listExecutions(filter)).map(({ id }) => id).sort();

  test("they are counted by status with one question", async () => {
    expect(await engine.countExecutions()).toEqual({ running: 3, faulted: 2, completed: many + 1 });
  });

  test("those of a status are found however many have another", async () => {
    expect(await listed({ status: ["waiting"] })).toEqual(["nap-1", "nap-2", "nap-3"]);
    expect(await listed({ status: ["running"] })).toEqual([]);
    expect(await listed({ status: ["faulted"] })).toEqual(["fault-1", "fault-2"]);
    expect(await listed({ status: ["faulted", "waiting"], workflow: "naps" })).toHaveLength(3);
    expect(await listed({ status: ["cancelled"] })).toEqual([]);
    expect(await listed({ status: ["faulted"], limit: 1 })).toHaveLength(1);
  });

  test("what stands behind a whole page of others is found", async () => {
    expect(await listed({ namespace: "elsewhere", limit: pageLength })).toEqual(["elsewhere"]);
    expect(await listed({ namespace: "elsewhere", limit: 1, status: ["completed"] })).toEqual(["elsewhere"]);
  });

  test("without a filter they are the newest, and as many as were asked for", async () => {
    const views = await engine.listExecutions({ limit: pageLength });
    expect(new Set(views.map(({ id }) => id)).size).toBe(pageLength);
    expect(views.every(({ name, status }) => name === "sets" && status === "completed")).toBe(true);
    const times = views.map(({ startedAt }) => startedAt);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(await engine.listExecutions({ limit: 20 })).toEqual(views.slice(0, 20));
  });
});
