import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { Client, Connection } from "@temporalio/client";
import type { TemporalEngine } from "../../src/engine/temporal/temporal-engine.ts";
import { source, sums } from "../engine/definitions.ts";
import { Peers } from "../engine/peers.ts";
import { ended, refusal } from "../engine/reading.ts";
import { describeTemporal } from "./describe.ts";
import { type DevServer, openDevServer } from "./dev-server.ts";
import { createEngine } from "./engine.ts";

setDefaultTimeout(60_000);

describeTemporal("starts on Temporal", () => {
  let server: DevServer;
  let client: Client;
  let taskQueue: string;
  let one: TemporalEngine;
  let two: TemporalEngine;
  beforeAll(async () => {
    server = await openDevServer();
    await server.start();
    client = new Client({ connection: await Connection.connect({ address: server.address }) });
  });
  afterAll(async () => {
    await client?.connection.close();
    await server?.close();
  });
  beforeEach(async () => {
    taskQueue = crypto.randomUUID();
    const create = () => createEngine({ address: server.address, runActivity: new Peers().run, taskQueue });
    [one, two] = [create(), create()];
    for (const engine of [one, two]) await engine.start();
    await Promise.all([one.connected, two.connected]);
  });
  afterEach(() => Promise.all([one.stop(), two.stop()]));

  const workflow = { namespace: "test", name: "sums" };

  test("take what was applied on another server a moment ago", async () => {
    for (const n of [1, 2, 3]) {
      await one.apply([source("sums", `- only: { set: { n: ${n} } }`)], { dryRun: false });
      const starts = ["a", "b"].map((letter) => `${letter}${n}`);
      await Promise.all(starts.map((id) => two.startExecution({ id, workflow, input: null })));
      for (const id of starts) expect(await ended(two, id)).toMatchObject({ output: { n } });
    }
    await one.deleteWorkflow(workflow);
    const gone = await two.startExecution({ id: "d", workflow, input: null }).catch((failure) => failure);
    expect(gone).toMatchObject({ code: "not_found" });
  });

  test("are answered with the execution that is there, also when its workflow is gone", async () => {
    await one.apply([sums], { dryRun: false });
    const start = { id: "again", workflow, input: { a: 1 } };
    const { startedAt } = await one.startExecution(start);
    const view = await ended(one, "again");
    expect(view).toMatchObject({ status: "completed", startedAt });
    await one.deleteWorkflow(workflow);
    expect(await two.startExecution(start)).toEqual(view);
    const other = await two.startExecution({ ...start, input: { a: 2 } }).catch((failure) => failure);
    expect(other).toMatchObject({ code: "already_exists" });
  });

  test("have a deleted execution's id at once, and only once", async () => {
    await one.apply([sums], { dryRun: false });
    const start = { id: "free", workflow, input: { a: 1 } };
    await one.startExecution(start);
    const first = await ended(one, "free");
    for (const a of [2, 3]) {
      await one.deleteExecution("free");
      expect(await refusal(one.getExecution("free"))).toMatchObject({ code: "not_found" });
      expect(await one.listExecutions({})).toEqual([]);
      const again = { ...start, input: { a } };
      const [view] = await Promise.all([one.startExecution(again), one.startExecution(again)]);
      expect(view?.startedAt).toBeGreaterThan(first.startedAt);
      const anew = await ended(one, "free");
      expect(anew).toMatchObject({ status: "completed", input: { a } });
      expect(await one.startExecution(again)).toEqual(anew);
      expect(await two.startExecution(again)).toEqual(anew);
      expect(await refusal(one.startExecution(start))).toMatchObject({ code: "already_exists" });
      expect(await one.listExecutions({})).toEqual([anew]);
      expect(await two.getExecution("free")).toEqual(anew);
    }
  });

  test("leave as few events in Temporal as hand-written workflows do", async () => {
    await one.startExecution({ id: "few", workflow: sums, input: { a: 1 } });
    await ended(one, "few");
    const { historyLength } = await client.workflow.getHandle(`${taskQueue}/few`).describe();
    expect(historyLength).toBe(5);
  });
});
