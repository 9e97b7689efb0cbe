import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import type { TemporalEngine } from "../../src/engine/temporal/temporal-engine.ts";
import { Failure } from "../../src/failure.ts";
import { holds, sums } from "../engine/definitions.ts";
import { Peers } from "../engine/peers.ts";
import { ended } from "../engine/reading.ts";
import { describeTemporal } from "./describe.ts";
import { type DevServer, openDevServer } from "./dev-server.ts";
import { createEngine } from "./engine.ts";

setDefaultTimeout(60_000);

/** What a start is refused with; it has less than a second for it. */
async function refusedInTime(engine: TemporalEngine, id: string): Promise<Failure> {
  const before = performance.now();
  const reason = await engine.startExecution({ id, workflow: sums, input: { a: 1 } }).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(performance.now() - before).toBeLessThan(1_000);
  if (reason instanceof Failure) return reason;
  throw new Error(`Not refused: ${reason}`);
}

class Log {
  readonly #waiting = new Map<string, () => void>();

  add(line: string): void {
    for (const [word, resolve] of this.#waiting) if (line.endsWith(word)) resolve();
  }

  /** Resolves at the next line that ends with this. */
  told(word: string): Promise<void> {
    return new Promise((resolve) => this.#waiting.set(word, resolve));
  }
}

describeTemporal("outages of Temporal", () => {
  let server: DevServer;
  let peers: Peers;
  let engine: TemporalEngine;
  let told: (state: string) => Promise<void>;
  beforeEach(async () => {
    server = await openDevServer();
    peers = new Peers();
    const log = new Log();
    told = (state) => log.told(state);
    engine = createEngine({ address: server.address, runActivity: peers.run, log: (line) => log.add(line) });
  });
  afterEach(async () => {
    await engine.stop();
    await server.close();
  });

  test("Pawl is there first, Temporal comes later", async () => {
    await engine.start();
    const refused = await refusedInTime(engine, "early");
    expect(refused.code).toBe("unavailable");
    expect(refused.message).toMatch(
      /the next attempt is (in \d+ s|under way, the one after it in at most \d+ s)$/,
    );
    expect(engine.info()).toMatchObject({ kind: "temporal", state: "degraded" });
    await server.start();
    await engine.connected;
    await engine.startExecution({ id: "late", workflow: sums, input: { a: 1 } });
    expect(await ended(engine, "late")).toMatchObject({ status: "completed", output: { sum: 3 } });
    expect((await engine.listExecutions({})).map(({ id }) => id)).toEqual(["late"]);
  });

  test("killed and back at once, it finds everything as it was", async () => {
    await server.start();
    await engine.start();
    await engine.connected;
    await engine.startExecution({ id: "r", workflow: holds, input: {} });
    await peers.arrived(2);
    await server.kill();
    expect((await refusedInTime(engine, "meanwhile")).code).toBe("unavailable");
    await server.start();
    await engine.connected;
    peers.calls[1]?.answer({ ok: true });
    // On a slow machine it was away for longer, and what was cut off runs again.
    void peers.arrived(3).then(() => peers.calls[2]?.answer({ ok: true }));
    expect(await ended(engine, "r")).toMatchObject({ status: "completed" });
    expect((await engine.listExecutions({})).map(({ id }) => id)).toEqual(["r"]);
  });

  test("killed for longer, it loses no execution, and what was cut off runs again", async () => {
    await server.start();
    await engine.start();
    await engine.connected;
    await engine.startExecution({ id: "r", workflow: holds, input: {} });
    await peers.arrived(2);
    await server.kill();
    const refused = await refusedInTime(engine, "meanwhile");
    expect(refused.code).toBe("unavailable");
    await told("reconnecting");
    await server.start();
    await engine.connected;
    await engine.startExecution({ id: "after", workflow: sums, input: { a: 1 } });
    expect(await ended(engine, "after")).toMatchObject({ status: "completed" });
    await peers.arrived(3);
    peers.calls[2]?.answer({ ok: true });
    expect(await ended(engine, "r")).toMatchObject({ status: "completed" });
    const held = peers.calls.filter(({ uri }) => uri.endsWith("/hold")).map(({ key }) => key);
    expect(held).toEqual(["r/a2", "r/a2"]);
    expect(peers.count("/before")).toBe(1);
  });

  test("frozen, it is given up in time, and used again when it thaws", async () => {
    await server.start();
    await engine.start();
    await engine.connected;
    server.freeze();
    expect((await refusedInTime(engine, "frozen")).code).toBe("unavailable");
    expect((await refusedInTime(engine, "still")).code).toBe("unavailable");
    server.thaw();
    await engine.connected;
    await engine.startExecution({ id: "thawed", workflow: sums, input: { a: 1 } });
    expect(await ended(engine, "thawed")).toMatchObject({ status: "completed" });
  });

  test("a namespace that is missing is a rejection, said plainly", async () => {
    await server.start();
    const lost = createEngine({ address: server.address, namespace: "nowhere", runActivity: peers.run });
    await lost.start();
    const refused = await refusedInTime(lost, "r");
    expect(refused).toMatchObject({ code: "unavailable", reason: "temporal-rejected" });
    expect(refused.message).toContain("namespace");
    expect(lost.info().details).toMatchObject({ connection: "rejected", namespace: "nowhere" });
    await lost.stop();
  });
});
