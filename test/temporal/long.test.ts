import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import type { TemporalEngine } from "../../src/engine/temporal/temporal-engine.ts";
import { call, source } from "../engine/definitions.ts";
import { Peers } from "../engine/peers.ts";
import { ended, read, refusal } from "../engine/reading.ts";
import { describeTemporal } from "./describe.ts";
import { type DevServer, openDevServer } from "./dev-server.ts";
import { createEngine } from "./engine.ts";

setDefaultTimeout(120_000);

/** So many that one run cannot hold what they tell, which is 60,000 records. */
const iterations = process.env["PAWL_SOAK"] ? 100_000 : 22_000;
const counting = `
- all:
    for: { in: "\${ [range(${iterations})] }" }
    do:
      - one: { set: { n: "\${ .n + 1 }" } }`;

describeTemporal("executions that are more than one run in Temporal", () => {
  let server: DevServer;
  let peers: Peers;
  let engine: TemporalEngine;
  beforeAll(async () => {
    server = await openDevServer();
    await server.start();
  });
  afterAll(() => server?.close());
  beforeEach(async () => {
    peers = new Peers();
    engine = createEngine({ address: server.address, runActivity: peers.run });
    await engine.start();
    await engine.connected;
  });
  afterEach(() => engine.stop());

  test(`a loop of ${iterations} iterations comes to its end, and tells all of it`, async () => {
    const workflow = source("counts", counting);
    await engine.startExecution({ id: "long", workflow, input: { n: 0 } });
    const records = await read(engine, { execution: "long", follow: true });
    expect(await engine.getExecution("long")).toMatchObject({
      status: "completed",
      output: { n: iterations },
    });
    const completed = records.filter(
      ({ record: { type, task } }) => type === "task.completed" && task?.endsWith("/one"),
    );
    expect(completed).toHaveLength(iterations);
    expect(records.length).toBeGreaterThan(60_000);
    expect(new Set(records.map(({ cursor }) => cursor)).size).toBe(records.length);
    const { cursor } = records[records.length >> 1]!;
    const rest = await read(engine, { execution: "long", cursor, follow: false });
    expect(rest).toHaveLength(records.length - (records.length >> 1) - 1);
    expect(await engine.listExecutions({})).toHaveLength(1);
    await engine.deleteExecution("long");
    expect(await refusal(engine.getExecution("long"))).toMatchObject({ code: "not_found" });
  });

  test("timers and children outlive the run that began them", async () => {
    await engine.apply([source("below", call("hold"))], { dryRun: false });
    const branches = [
      `- counts:\n    do:${counting.replaceAll("\n", "\n      ")}`,
      "- naps:\n    wait: { seconds: 4 }",
      "- child:\n    run:\n      workflow: { namespace: test, name: below, version: 1.0.0 }",
    ];
    const indented = branches.map((branch) => branch.replaceAll(/^/gm, "      ")).join("\n");
    const workflow = source(
      "forks",
      `- together:\n    fork:\n      branches:\n${indented}\n- after:\n    set: { done: true }`,
    );
    await engine.startExecution({ id: "forks", workflow, input: { n: 0 } });
    await read(engine, { execution: "forks", follow: true }, (records) => {
      const last = records.at(-1)?.record;
      return last?.type === "task.completed" && (last.task ?? "").endsWith("/naps");
    });
    await peers.arrived(1);
    peers.calls[0]?.answer({ held: true });
    const view = await ended(engine, "forks");
    expect(view).toMatchObject({ status: "completed", output: { done: true } });
    expect((view.endedAt ?? 0) - view.startedAt).toBeGreaterThanOrEqual(4_000);
  });
});
