import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import type { TemporalEngine } from "../../src/engine/temporal/temporal-engine.ts";
import { source } from "../engine/definitions.ts";
import { Peers } from "../engine/peers.ts";
import { read, refusal } from "../engine/reading.ts";
import { describeTemporal } from "./describe.ts";
import { type DevServer, openDevServer } from "./dev-server.ts";
import { createEngine } from "./engine.ts";

setDefaultTimeout(120_000);

/** So many that one run may not tell of all, which is 400,000 records. */
const iterations = 140_000;
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
    expect(records.length).toBeGreaterThan(400_000);
    expect(new Set(records.map(({ cursor }) => cursor)).size).toBe(records.length);
    const { cursor } = records[records.length >> 1]!;
    const rest = await read(engine, { execution: "long", cursor, follow: false });
    expect(rest).toHaveLength(records.length - (records.length >> 1) - 1);
    const described = await engine.history("long");
    const firstAndLast = [...records.slice(0, 1_000), ...records.slice(-4_000)];
    expect(described.map(({ cursor }) => cursor)).toEqual(firstAndLast.map(({ cursor }) => cursor));
    expect(described.flatMap(({ gap }, at) => (gap ? [at] : []))).toEqual([1_000]);
    expect(described.find(({ record }) => record.type === "task.started")?.record.input).toEqual({ n: 0 });
    const outputs = described.map(({ record }) => record.output);
    expect(outputs.at(-1)).toEqual({ n: iterations });
    expect(outputs.find((output) => output !== undefined)).toEqual({ n: expect.any(Number) });
    // All executions together, page by page: the same records, and the same place to go on from.
    const another = { id: "short", workflow: source("s", "- one: { set: { n: 1 } }"), input: {} };
    await engine.startExecution(another);
    const short = await read(engine, { execution: "short", follow: true });
    const cursors = [...records, ...short].map(({ cursor }) => cursor).toSorted();
    const all = await read(engine, { follow: false });
    expect(all.map(({ cursor }) => cursor)).toEqual(cursors);
    const after = await read(engine, { cursor, follow: false });
    expect(after.map(({ cursor }) => cursor)).toEqual(cursors.slice(cursors.indexOf(cursor) + 1));
    expect(await engine.listExecutions({})).toHaveLength(2);
    await engine.deleteExecution("long");
    expect(await refusal(engine.getExecution("long"))).toMatchObject({ code: "not_found" });
  });
});
