import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { Client, Connection } from "@temporalio/client";
import type { TemporalEngine } from "../../src/engine/temporal/temporal-engine.ts";
import { call, source } from "../engine/definitions.ts";
import { Peers } from "../engine/peers.ts";
import { ended } from "../engine/reading.ts";
import { describeTemporal } from "./describe.ts";
import { type DevServer, openDevServer } from "./dev-server.ts";
import { createEngine } from "./engine.ts";

setDefaultTimeout(60_000);

/** More at once than Temporal hands to the server that asks for them. */
const many = 8;
const holding = source(
  "holding",
  `- all:\n    fork:\n      branches:\n${Array.from({ length: many }, (_, n) =>
    call("hold").replace("- hold:", `- hold${n}:`).replaceAll(/^/gm, "        "),
  ).join("\n")}`,
);

describeTemporal("activities on Temporal", () => {
  let server: DevServer;
  let client: Client;
  let peers: Peers;
  let taskQueue: string;
  let engines: TemporalEngine[];
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
    peers = new Peers();
    taskQueue = crypto.randomUUID();
    engines = [peers, peers].map(({ run }) =>
      createEngine({ address: server.address, runActivity: run, taskQueue }),
    );
    for (const engine of engines) await engine.start();
    await Promise.all(engines.map(({ connected }) => connected));
  });
  afterEach(() => Promise.all(engines.map((engine) => engine.stop())));

  test("are cut off on whichever server they run, when the execution is cancelled in Temporal", async () => {
    const [engine] = engines as [TemporalEngine];
    await engine.startExecution({ id: "c", workflow: holding, input: null });
    await peers.arrived(many);
    const running = engines.map((one) => one.info().details["activitiesRunning"]);
    expect(running.reduce((sum: number, count) => sum + Number(count), 0)).toBe(many);
    const cutOff = peers.calls.map(
      ({ signal }) => new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve())),
    );
    await client.workflow.getHandle(`${taskQueue}/c`).cancel();
    expect(await ended(engine, "c")).toMatchObject({ status: "cancelled" });
    await Promise.all(cutOff);
    expect(peers.calls).toHaveLength(many);
  });

  test("are cut off by the timeout of their task", async () => {
    const [engine] = engines as [TemporalEngine];
    const workflow = source("late", `${call("hold")}\n    timeout: { after: { milliseconds: 50 } }`);
    await engine.startExecution({ id: "t", workflow, input: null });
    const { status, error } = await ended(engine, "t");
    expect({ status, type: error?.type.split("/").at(-1) }).toEqual({ status: "faulted", type: "timeout" });
    expect(peers.calls.map(({ signal }) => signal.aborted)).toEqual([true]);
  });

  test("that nobody waits for outlive their execution", async () => {
    const [engine] = engines as [TemporalEngine];
    const shell = (name: string, command: string, waits: boolean) =>
      `- ${name}:\n    run: { shell: { command: ${command} }, await: ${waits} }`;
    const workflow = source("leaves", `${shell("left", "/hold", false)}\n${shell("done", "/done", true)}`);
    await engine.startExecution({ id: "l", workflow, input: null });
    expect(await ended(engine, "l")).toMatchObject({ status: "completed", output: { ok: true } });
    await peers.arrived(2);
    const left = peers.calls.find(({ uri }) => uri === "shell:/hold");
    expect(left?.signal.aborted).toBe(false);
    left?.answer(null);
  });
});
