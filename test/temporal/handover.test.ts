import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { Client, Connection, WorkflowContinuedAsNewError } from "@temporalio/client";
import type { TemporalEngine } from "../../src/engine/temporal/temporal-engine.ts";
import { call, source, sums } from "../engine/definitions.ts";
import { Peers } from "../engine/peers.ts";
import { ended, reached, read, refusal } from "../engine/reading.ts";
import { describeTemporal } from "./describe.ts";
import { type DevServer, openDevServer } from "./dev-server.ts";
import { createEngine } from "./engine.ts";

setDefaultTimeout(120_000);

const megabyte = "x".repeat(1_000_000);
const bulk = { word: `${megabyte}${megabyte.slice(0, 500_000)}` };

/** Calls with answers of 1.5 MB, of which nothing is kept. Temporal wants a new run after 4 MB. */
const bulky = (name: string, calls: number) => `
- ${name}:
    for: { in: "\${ [range(${calls})] }" }
    do:
      - one:
          call: http
          with: { method: get, endpoint: "http://peer.test/bulk" }
          output: { as: "{}" }`;

const runs = (name: string) =>
  `- below:\n    run:\n      workflow: { namespace: test, name: ${name}, version: 1.0.0 }`;

function forked(name: string, branches: readonly string[], after = "") {
  const indented = branches.map((branch) => branch.trim().replaceAll(/^/gm, "      ")).join("\n");
  return source(name, `- together:\n    fork:\n      branches:\n${indented}\n${after.trim()}`);
}

describeTemporal("an execution that hands over to its next run", () => {
  let server: DevServer;
  let client: Client;
  let peers: Peers;
  let engine: TemporalEngine;
  let taskQueue: string;
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
    peers = new Peers((asked) => {
      if (asked.uri.endsWith("/bulk")) asked.answer(bulk);
      else if (!asked.uri.endsWith("/hold")) asked.answer({ ok: true });
    });
    taskQueue = crypto.randomUUID();
    engine = createEngine({ address: server.address, runActivity: peers.run, taskQueue });
    await engine.start();
    await engine.connected;
  });
  afterEach(() => engine.stop());

  const handedOver = async (id: string) => {
    const { raw, runId } = await client.workflow.getHandle(`${taskQueue}/${id}`).describe();
    return raw.workflowExecutionInfo?.firstRunId !== runId;
  };
  const endOfFirstRun = async (id: string) => {
    const workflowId = `${taskQueue}/${id}`;
    const { raw } = await client.workflow.getHandle(workflowId).describe();
    const runId = raw.workflowExecutionInfo?.firstRunId ?? "";
    return client.workflow.getHandle(workflowId, runId, { followRuns: false }).result();
  };
  const isThere = (execution: { workflowId: string; runId: string }) =>
    client.workflowService.describeWorkflowExecution({ namespace: "default", execution }).then(
      () => true,
      () => false,
    );
  const held = () => peers.calls.filter(({ uri }) => uri.endsWith("/hold"));

  test("keeps the instants of its timers, and its children", async () => {
    await engine.apply([source("child", call("hold"))], { dryRun: false });
    const branches = [bulky("calls", 6), "- naps:\n    wait: { seconds: 4 }", runs("child")];
    await engine.startExecution({ id: "p", workflow: forked("p", branches), input: {} });
    await reached(engine, "p", "task.completed", "/naps");
    expect(await handedOver("p")).toBe(true);
    expect(held()).toHaveLength(1);
    held()[0]?.answer({ held: true });
    const { startedAt, endedAt = 0, ...view } = await ended(engine, "p");
    expect(view).toMatchObject({ status: "completed" });
    expect(view.output).toMatchObject([{}, {}, { held: true }]);
    expect(endedAt - startedAt).toBeGreaterThanOrEqual(4_000);
    expect(peers.count("/bulk")).toBe(6);
  });

  test("awaits its activity, which is not run again", async () => {
    const workflow = forked("a", [bulky("calls", 6), call("hold")], bulky("more", 4));
    await engine.startExecution({ id: "a", workflow, input: {} });
    await reached(engine, "a", "task.completed", "/calls");
    expect(await handedOver("a")).toBe(false);
    held()[0]?.answer({ ok: true });
    expect(await ended(engine, "a")).toMatchObject({ status: "completed" });
    expect(await handedOver("a")).toBe(true);
    expect(held()).toHaveLength(1);
    expect(peers.count("/bulk")).toBe(10);
    expect(new Set(peers.calls.map(({ key }) => key)).size).toBe(11);
  });

  test("does what nobody waits for before it ends", async () => {
    const event = { specversion: "1.0", source: "https://test.test", id: "last", type: "test" };
    const emit = `- tells: { emit: { event: { with: ${JSON.stringify(event)} } } }`;
    await engine.startExecution({
      id: "e",
      workflow: source("e", `${bulky("calls", 3)}\n${emit}`),
      input: {},
    });
    expect(await ended(engine, "e")).toMatchObject({ status: "completed" });
    expect(await engine.publish([event, { ...event, id: "other" }])).toBe(1);
  });

  test("begins nothing new when it has long been due", async () => {
    const branches = [bulky("calls", 20), call("hold"), "- naps:\n    wait: { seconds: 8 }"];
    await engine.startExecution({ id: "d", workflow: forked("d", branches), input: {} });
    await reached(engine, "d", "task.completed", "/naps");
    // Temporal would have ended it at 50 MB.
    expect(peers.count("/bulk")).toBeLessThan(20);
    held()[0]?.answer({ ok: true });
    expect(await ended(engine, "d")).toMatchObject({ status: "completed" });
    expect(peers.count("/bulk")).toBe(20);
    expect(held()).toHaveLength(1);
  });

  test("hears of children that end meanwhile", async () => {
    await engine.apply([sums, source("child", call("hold"))], { dryRun: false });
    const children = `
- children:
    for: { in: "\${ [range(12)] }" }
    do:
      - add:
          run: { workflow: { namespace: test, name: sums, version: 1.0.0, input: { a: "\${ .sum // 0 }" } } }`;
    const workflow = forked("c", [bulky("calls", 12), children, runs("child")]);
    await engine.startExecution({ id: "c", workflow, input: { sum: 0 } });
    // It cannot end before it has handed over: the last child is held until then.
    expect(await refusal(endOfFirstRun("c"))).toBeInstanceOf(WorkflowContinuedAsNewError);
    while (held().length === 0) await peers.arrived(peers.calls.length + 1);
    held()[0]?.answer({ held: true });
    const view = await ended(engine, "c");
    expect(view).toMatchObject({ status: "completed" });
    expect(view.output).toMatchObject([{}, { sum: 24 }, { held: true }]);
    expect(await engine.listExecutions({ workflow: "sums", status: ["completed"] })).toHaveLength(12);
  });

  test("is all there when Temporal has forgotten its first run", async () => {
    await engine.startExecution({
      id: "f",
      workflow: source("f", `${bulky("calls", 6)}\n${call("hold")}`),
      input: 7,
    });
    await peers.arrived(7);
    const workflowId = `${taskQueue}/f`;
    const { raw } = await client.workflow.getHandle(workflowId).describe();
    const execution = { workflowId, runId: raw.workflowExecutionInfo?.firstRunId ?? "" };
    const request = { namespace: "default", workflowExecution: execution };
    await client.workflowService.deleteWorkflowExecution(request);
    // Temporal does it in its own time, and tells nobody.
    while (await isThere(execution));
    const other = createEngine({ address: server.address, runActivity: peers.run, taskQueue });
    await other.start();
    await other.connected;
    expect(await other.getExecution("f")).toMatchObject({ status: "running", input: 7 });
    held()[0]?.answer({ ok: true });
    const view = await other.endedExecution("f", new AbortController().signal);
    expect(view).toMatchObject({ status: "completed", input: 7, output: { ok: true } });
    const records = await read(other, { execution: "f", follow: true });
    expect(records.at(-1)?.record.type).toBe("workflow.completed");
    expect(new Set(records.map(({ cursor }) => cursor)).size).toBe(records.length);
    expect((await read(other, { follow: false })).at(-1)).toEqual(records.at(-1)!);
    expect(await engine.pinnedDefinition("f")).toMatchObject({ file: "f.yaml" });
    await other.deleteExecution("f");
    await other.stop();
  });

  test("is cancelled in whichever run it is, with all that belongs to it", async () => {
    await engine.apply([source("child", call("hold"))], { dryRun: false });
    const workflow = forked("x", [bulky("calls", 1_000), runs("child"), "- naps:\n    wait: { hours: 1 }"]);
    await engine.startExecution({ id: "x", workflow, input: {} });
    while (!(await handedOver("x"))) await peers.arrived(peers.calls.length + 1);
    await engine.cancelExecution("x");
    expect(await ended(engine, "x")).toMatchObject({ status: "cancelled" });
    const children = await engine.listExecutions({ workflow: "child" });
    for (const { id } of children) expect(await ended(engine, id)).toMatchObject({ status: "cancelled" });
    expect(held().map(({ signal }) => signal.aborted)).toEqual([true]);
    expect(peers.count("/bulk")).toBeLessThan(1_000);
  });
});
