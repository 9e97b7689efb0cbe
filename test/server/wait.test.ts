import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Engine } from "../../src/engine/engine.ts";
import { Gate } from "../../src/server/gate.ts";
import type { LaneLimits } from "../../src/server/lane.ts";
import { createHandler, createRefusal } from "../../src/server/router.ts";
import { holds, sums } from "../engine/definitions.ts";
import { contextInMemory, listen } from "./answering.ts";

/** One call at a time: whoever keeps a place keeps all others out. */
const one: LaneLimits = { running: 1, perTurn: 1, waiting: 10, waitingBytes: 1 << 20, stallMs: 3_600_000 };

let world: Awaited<ReturnType<typeof contextInMemory>>;
let server: Awaited<ReturnType<typeof listen>>;
beforeEach(async () => {
  world = await contextInMemory();
  const { context } = world;
  const gate = new Gate(createHandler(context), createRefusal(context).handle, { light: one });
  server = await listen(gate.enter);
  await world.engine.apply([sums, holds], { dryRun: false });
});
afterEach(async () => {
  server.close();
  await world.engine.stop();
});

/** With a deadline a call takes the way of Connect's runtime. */
const ways = [
  ["on the short way", {}],
  ["on the general way", { "connect-timeout-ms": "3600000" }],
] as const;

function start(name: string, more: object, headers: Record<string, string>, signal?: AbortSignal) {
  const body = JSON.stringify({ id: name, workflow: { namespace: "test", name }, input: '{"a":1}', ...more });
  const init = {
    unix: server.socket,
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  };
  return fetch("http://pawl/pawl.v1.ExecutionService/Start", { ...init, ...(signal && { signal }) });
}
const executionOf = async (answer: Promise<Response>) => ((await (await answer).json()) as any).execution;

/** Resolves with the signal under which the engine waits for an end. */
function waitingIn(engine: Engine): Promise<AbortSignal> {
  const usual = engine.endedExecution.bind(engine);
  return new Promise((resolve) => {
    engine.endedExecution = (id, signal) => {
      resolve(signal);
      return usual(id, signal);
    };
  });
}

describe.each(ways)("a start that waits, %s,", (_way, headers) => {
  test("answers with the end", async () => {
    const execution = await executionOf(start("sums", { waitMs: 60_000 }, headers));
    expect(execution).toMatchObject({
      id: "sums",
      status: "EXECUTION_STATUS_COMPLETED",
      output: '{"sum":3}',
    });
  });

  test("answers with the end when that comes later, to everybody who asked", async () => {
    const answers = [1, 2].map(() => executionOf(start("holds", { waitMs: 60_000 }, headers)));
    await world.peers.arrived(2);
    world.peers.calls[1]?.answer(1);
    const ended = { status: "EXECUTION_STATUS_COMPLETED", endedAt: expect.any(String) };
    for (const execution of await Promise.all(answers)) expect(execution).toMatchObject(ended);
    expect(world.peers.count("/before")).toBe(1);
  });

  test("answers after its time with how it stands", async () => {
    const execution = await executionOf(start("holds", { waitMs: 1 }, headers));
    expect(["EXECUTION_STATUS_RUNNING", "EXECUTION_STATUS_WAITING"]).toContain(execution.status);
    expect(execution.endedAt).toBeUndefined();
  });

  test("answers with how it stands when the server stops", async () => {
    const waiting = waitingIn(world.engine);
    const answer = executionOf(start("holds", { waitMs: 60_000 }, headers));
    await waiting;
    world.drain.begin("stop");
    expect(await answer).toMatchObject({ id: "holds", workflow: { name: "holds" } });
    // Nobody is in the way of the stop any more.
    await world.drain.idle(3_600_000);
  });

  test("keeps no place among the calls that are worked on", async () => {
    const waiting = waitingIn(world.engine);
    const first = executionOf(start("holds", { waitMs: 60_000 }, headers));
    await waiting;
    expect((await start("sums", {}, headers)).status).toBe(200);
    await world.peers.arrived(2);
    world.peers.calls[1]?.answer(1);
    expect((await first).status).toBe("EXECUTION_STATUS_COMPLETED");
  });

  test("waits no longer than its caller, and the execution goes on", async () => {
    const waiting = waitingIn(world.engine);
    const caller = new AbortController();
    const answer = start("holds", { waitMs: 60_000 }, headers, caller.signal).catch(() => {});
    const signal = await waiting;
    const left = new Promise((resolve) => signal.addEventListener("abort", resolve));
    caller.abort();
    await Promise.all([answer, left]);
    await world.peers.arrived(2);
    expect((await world.engine.getExecution("holds")).endedAt).toBeUndefined();
  });
});
