import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../../src/engine/engine.ts";
import type { Clock } from "../../src/engine/sqlite/clock.ts";
import { fileStore } from "../../src/engine/sqlite/database.ts";
import { type Store, storeFailure } from "../../src/engine/sqlite/store.ts";
import type { Failure } from "../../src/failure.ts";
import { holds, loops, sums } from "./definitions.ts";
import { Peers } from "./peers.ts";
import { ended } from "./reading.ts";
import { createEngine, MortalStore } from "./world.ts";

/** A clock on which everything that is waited for comes at once. */
class HastyClock implements Clock {
  #now = 1_000_000;

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = setTimeout(() => {
      this.#now += ms;
      callback();
    }, 0);
    return () => clearTimeout(timer);
  }

  defer(callback: () => void): void {
    setImmediate(callback);
  }
}

/** How often a full disk was told to somebody who called. */
let refusals = 0;

/** Made again until there is room; nothing else goes wrong. */
async function until<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const { code, reason } = error as Failure;
      expect({ code, reason }).toEqual({ code: "resource_exhausted", reason: "store-full" });
      refusals += 1;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
}

/** A short life with a little of everything: what was acknowledged is there in the end, and in the next life. */
async function live(store: Store, over: () => void = () => {}): Promise<void> {
  const peers = new Peers((peer) => peer.answer({ text: "y".repeat(3_000) }));
  const options = { store, clock: new HastyClock(), limits: { sliceTasks: 3, replayCost: 20 } };
  const engine = createEngine({ ...options, peers });
  await until(() => engine.start());
  await until(() => engine.apply([sums], { dryRun: false }));
  await until(() => engine.secrets.set("name", "value"));
  for (const id of ["a", "b", "gone"]) {
    const input = { a: 1, text: "x".repeat(5_000) };
    await until(() => engine.startExecution({ id, workflow: sums, input }));
  }
  await until(() => engine.startExecution({ id: "calls", workflow: holds, input: {} }));
  await until(() => engine.startExecution({ id: "loop", workflow: loops, input: { n: 0, limit: 20 } }));
  await until(() => engine.publish([{ specversion: "1.0", id: "1", source: "/s", type: "t" }]));
  for (const id of ["a", "b", "gone", "calls", "loop"]) await ended(engine, id);
  await until(() => engine.deleteExecution("gone"));
  await check(engine);
  // Nothing that was done was done again, however often its result could not be written.
  expect(new Set(peers.calls.map(({ key }) => key)).size).toBe(peers.calls.length);
  over();
  await engine.stop();
  const next = createEngine(options);
  await next.start();
  await check(next);
  await next.stop();
}

async function check(engine: Engine): Promise<void> {
  for (const id of ["a", "b"]) expect(await engine.getExecution(id)).toMatchObject({ output: { sum: 3 } });
  expect(await engine.getExecution("calls")).toMatchObject({ status: "completed" });
  expect(await engine.getExecution("loop")).toMatchObject({ output: { n: 20 } });
  await expect(engine.getExecution("gone")).rejects.toMatchObject({ code: "not_found" });
  expect(await engine.secrets.list()).toMatchObject([{ name: "name" }]);
  expect(await engine.listWorkflows({})).toMatchObject([{ name: "sums" }]);
}

describe("a disk that is full", () => {
  test("at any write and any commit of a life loses nothing, and stops nothing for good", async () => {
    let hits = 0;
    let writes = 0;
    let over = false;
    for (let first = 1; first === 1 || hits > 0; first++) {
      writes = 0;
      hits = 0;
      over = false;
      // There is room again after a few attempts.
      const at = (point: string) => {
        if (point === "after-commit" || over || ++writes < first || hits === 3) return;
        hits += 1;
        throw storeFailure("full", "memory");
      };
      await live(new MortalStore({ at }), () => {
        over = true;
      });
    }
    // The last life met no fault: every write of the others was one, once.
    expect(writes).toBeGreaterThan(50);
    expect(refusals).toBeGreaterThan(20);
  }, 60_000);

  test("at any page of the file loses nothing, and stops nothing for good", async () => {
    refusals = 0;
    const folder = mkdtempSync(join(tmpdir(), "pawl-full-"));
    for (let pages = 1, met = true; met; pages += 2) {
      met = false;
      const real = fileStore(join(folder, `${pages}.db`));
      const open = () => {
        const connection = real.open();
        const room = (most: number) => connection.execute(`PRAGMA max_page_count = ${most}`);
        room(met ? 100_000 : pages);
        const transaction = (work: () => void) => {
          try {
            connection.transaction(work);
          } catch (error) {
            met = true;
            room(100_000);
            throw error;
          }
        };
        return { ...bound(connection), transaction };
      };
      await live({ path: real.path, open });
    }
    rmSync(folder, { recursive: true });
    expect(refusals).toBeGreaterThan(10);
  }, 60_000);
});

/** Its methods, so that one of them can be replaced. */
function bound(connection: ReturnType<Store["open"]>): ReturnType<Store["open"]> {
  return {
    execute: (sql) => connection.execute(sql),
    prepare: (sql) => connection.prepare(sql),
    transaction: (work) => connection.transaction(work),
    ...(connection.backup && { backup: connection.backup }),
    ...(connection.mark && { mark: connection.mark }),
    close: () => connection.close(),
  };
}
