import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import type { TemporalEngine } from "../../src/engine/temporal/temporal-engine.ts";
import { source, sums } from "../engine/definitions.ts";
import { Peers } from "../engine/peers.ts";
import { ended, refusal } from "../engine/reading.ts";
import { describeTemporal } from "./describe.ts";
import { type DevServer, openDevServer } from "./dev-server.ts";
import { createEngine } from "./engine.ts";

setDefaultTimeout(60_000);

/** Expressions make data that is longer than the 2 MiB which Temporal takes in one piece. */
const long = '${ "x" * 2000000 }';
const longCall = `
call: http
with: { method: post, endpoint: "http://peer.test/take", body: { text: '${long}' } }`;

describeTemporal("data that Temporal does not take", () => {
  let server: DevServer;
  let peers: Peers;
  let engine: TemporalEngine;
  beforeAll(async () => {
    server = await openDevServer();
    await server.start();
  });
  afterAll(() => server?.close());
  beforeEach(async () => {
    const megabyte = "x".repeat(1_000_000);
    peers = new Peers((asked) => asked.answer(asked.uri.endsWith("/more") ? { megabyte } : { ok: true }));
    engine = createEngine({ address: server.address, runActivity: peers.run });
    await engine.start();
    await engine.connected;
  });
  afterEach(() => engine.stop());

  const outcomeOf = async (tasks: string, input: string | null = null) => {
    await engine.startExecution({ id: "e", workflow: source("e", tasks), input });
    return ended(engine, "e");
  };

  test("as input of an execution refuses the start", async () => {
    const start = { id: "e", workflow: sums, input: "x".repeat(2_000_000) };
    expect(await refusal(engine.startExecution(start))).toMatchObject({ reason: "input-too-large" });
  });

  test("as output of an execution is its fault", async () => {
    const view = await outcomeOf(`- makes: { set: { text: '${long}' } }`);
    expect(view).toMatchObject({ status: "faulted", error: { status: 500 } });
    expect(view.error?.detail).toStartWith("The output is longer than 1900000 bytes of JSON");
  });

  test("as body of a call is the fault of the task, which can be caught", async () => {
    const body = longCall.replaceAll("\n", "\n          ");
    const view = await outcomeOf(`
- tries:
    try:
      - sends:${body}
    catch:
      as: error
      do: [{ says: { set: { error: "\${ $error.detail }", task: "\${ $error.instance }" } } }]`);
    expect(view).toMatchObject({ status: "completed", output: { task: "/do/0/tries/try/0/sends" } });
    expect(JSON.stringify(view.output)).toContain("What this task sends is longer than");
    expect(peers.calls).toEqual([]);
  });

  test("in one message, of several calls at once, goes in several", async () => {
    const megabytes = '${ "x" * 1500000 }';
    const one = (name: string) =>
      `- ${name}: { call: http, with: { method: post, endpoint: "http://peer.test/more", body: '${megabytes}' } }`;
    const branches = ["a", "b", "c", "d", "e"].map((name) => `        ${one(name)}`).join("\n");
    const fork = `- all:\n    fork:\n      branches:\n${branches}\n    output: { as: "length" }`;
    expect(await outcomeOf(fork)).toMatchObject({ status: "completed", output: 5 });
    expect(new Set(peers.calls.map(({ key }) => key)).size).toBe(5);
  });

  test("as input of a child is the fault of its task", async () => {
    await engine.apply([sums], { dryRun: false });
    const child = `workflow: { namespace: test, name: sums, version: 1.0.0, input: { a: '${long}' } }`;
    const view = await outcomeOf(`- below:\n    run:\n      ${child}`);
    expect(view).toMatchObject({ status: "faulted", error: { instance: "/do/0/below" } });
    expect(view.error?.detail).toStartWith("The input is longer than");
  });

  test("as event or as error ends the execution, which says so", async () => {
    const event = `{ source: "https://test.test", type: test, data: '${long}' }`;
    const view = await outcomeOf(
      `- tells:\n    emit: { event: { with: ${event} } }\n    output: { as: "{}" }`,
    );
    expect(view).toMatchObject({ status: "faulted" });
    expect(view.error?.detail).toStartWith("An event is longer than");
    const error = `{ type: "https://test.test/e", status: 500, title: t, detail: '${long}' }`;
    const workflow = source("f", `- raises:\n    raise: { error: ${error} }`);
    await engine.startExecution({ id: "f", workflow, input: null });
    const { error: raised } = await ended(engine, "f");
    expect(raised).toMatchObject({ type: "https://test.test/e", instance: "/do/0/raises" });
    expect(raised?.detail?.length).toBe(10_001);
  });

  const gathering = (calls: number) => `
- gathers:
    for: { in: "\${ [range(${calls})] }" }
    do:
      - more:
          call: http
          with: { method: get, endpoint: "http://peer.test/more" }
          export: { as: "\${ ($context // []) + [.] }" }
- counts: { set: { count: "\${ $context | length }" } }`;

  test("as state of an execution keeps it in its run for as long as there is room", async () => {
    expect(await outcomeOf(gathering(12))).toMatchObject({ status: "completed", output: { count: 12 } });
    expect(peers.calls).toHaveLength(12);
  });

  test.skipIf(!process.env["PAWL_SOAK"])(
    "as state of an execution whose history is full is its fault",
    async () => {
      const view = await outcomeOf(gathering(60));
      expect(view).toMatchObject({ status: "faulted" });
      expect(view.error?.detail).toStartWith("The data of this execution is longer than");
      expect(peers.calls.length).toBeWithin(38, 48);
    },
  );
});
