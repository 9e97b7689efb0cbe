import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { cp, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileStore } from "../../src/engine/sqlite/database.ts";
import { schemaVersion } from "../../src/engine/sqlite/schema.ts";
import { type Connection, type Store, storeFailure } from "../../src/engine/sqlite/store.ts";
import { holds, loops, source, sums } from "./definitions.ts";
import { Peers } from "./peers.ts";
import { ended } from "./reading.ts";
import { createEngine, ManualClock, MortalStore } from "./world.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pawl-store-"));
  path = join(folder, "pawl.db");
});
afterEach(() => rm(folder, { recursive: true }));

describe("the file", () => {
  test("is opened by one engine at a time (G3)", async () => {
    const engine = createEngine({ store: fileStore(path) });
    await engine.start();
    const second = createEngine({ store: fileStore(path) });
    await expect(second.start()).rejects.toMatchObject({ code: "failed_precondition", reason: "store-busy" });
    await engine.stop();
    await second.start();
    await second.stop();
  });

  test("as it was at the instant of a crash holds all that was acknowledged", async () => {
    const engine = createEngine({ store: fileStore(path) });
    await engine.start();
    await engine.startExecution({ id: "e", workflow: sums, input: { a: 1 } });
    await cp(path, join(folder, "crashed.db"));
    await cp(`${path}-wal`, join(folder, "crashed.db-wal"));
    const next = createEngine({ store: fileStore(join(folder, "crashed.db")) });
    await next.start();
    expect(await next.getExecution("e")).toMatchObject({ status: "completed", output: { sum: 3 } });
    await next.stop();
    await engine.stop();
  });

  test("survives stop and start, while an activity runs", async () => {
    const first = new Peers();
    const engine = createEngine({ store: fileStore(path), peers: first });
    await engine.start();
    await engine.startExecution({ id: "e", workflow: holds, input: {} });
    await first.arrived(2);
    await engine.stop();
    expect(first.calls[1]?.signal.aborted).toBe(true);
    await expect(engine.getExecution("e")).rejects.toMatchObject({ code: "unavailable" });
    const second = new Peers((peer) => peer.answer(1));
    const next = createEngine({ store: fileStore(path), peers: second });
    await next.start();
    expect(await ended(next, "e")).toMatchObject({ status: "completed" });
    expect(second.calls[0]?.key).toBe(first.calls[1]?.key ?? "");
    await next.stop();
  });

  const refused = async (reason: string, code: string) => {
    const failure = await createEngine({ store: fileStore(path) })
      .start()
      .catch((error) => error);
    expect(failure).toMatchObject({ name: "Failure", code, reason });
    expect(failure.message).toContain(path);
    expect(failure.hint).toBeString();
  };

  test("that is no database is refused", async () => {
    await writeFile(
      path,
      "This is a text, and it is longer than the header of a database would be.".repeat(20),
    );
    await refused("store-corrupt", "data_loss");
  });

  test("that belongs to another program is refused, and left as it is", async () => {
    const other = new Database(path, { create: true });
    other.run("CREATE TABLE theirs (a)");
    other.close();
    await refused("store-corrupt", "data_loss");
  });

  test("that was cut short is refused", async () => {
    const engine = createEngine({ store: fileStore(path) });
    await engine.start();
    await engine.startExecution({ id: "e", workflow: sums, input: { text: "x".repeat(100_000) } });
    await engine.stop();
    await truncate(path, 20_000);
    await refused("store-corrupt", "data_loss");
  });

  test("of a newer version is refused", async () => {
    const engine = createEngine({ store: fileStore(path) });
    await engine.start();
    await engine.stop();
    const database = new Database(path);
    database.run(`PRAGMA user_version = ${schemaVersion + 1}`);
    database.close();
    await refused("store-newer", "failed_precondition");
  });

  test("in a folder that is not there is refused", async () => {
    path = join(folder, "nowhere", "pawl.db");
    await refused("store-missing", "data_loss");
  });
});

describe("a full disk", () => {
  test("is told to callers, degrades the engine, and loses nothing", async () => {
    let full = false;
    const store: MortalStore = new MortalStore({
      at: (point) => {
        if (full && point === "before-commit") throw storeFailure("full", "memory");
      },
    });
    const peers = new Peers();
    const clock = new ManualClock();
    const engine = createEngine({ store, peers, clock });
    await engine.start();
    await engine.startExecution({ id: "held", workflow: holds, input: {} });
    await peers.arrived(2);
    full = true;
    const start = { id: "new", workflow: sums, input: { a: 1 } };
    await expect(engine.startExecution(start)).rejects.toMatchObject({ code: "resource_exhausted" });
    await expect(engine.apply([sums], { dryRun: false })).rejects.toMatchObject({
      code: "resource_exhausted",
    });
    await expect(engine.getExecution("new")).rejects.toMatchObject({ code: "not_found" });
    expect(engine.info().state).toBe("degraded");
    peers.calls[1]?.answer(1);
    await expect(engine.cancelExecution("held")).rejects.toMatchObject({ code: "resource_exhausted" });
    expect(await engine.getExecution("held")).toMatchObject({ status: "running" });
    expect(peers.count("/after")).toBe(0);
    full = false;
    clock.advance(1_000);
    expect(await ended(engine, "held")).toMatchObject({ status: "completed" });
    expect(peers.count("/after")).toBe(1);
    expect(engine.info().state).toBe("ready");
    await engine.startExecution(start);
    expect(await ended(engine, "new")).toMatchObject({ output: { sum: 3 } });
    await engine.stop();
  });
});

describe("a file that cannot grow", () => {
  test("refuses what does not fit, keeps what was acknowledged, and goes on when there is room", async () => {
    const file = fileStore(path);
    let connection: Connection | undefined;
    const store: Store = {
      path,
      open: () => {
        connection = file.open();
        connection.execute("PRAGMA max_page_count = 100");
        return connection;
      },
    };
    const clock = new ManualClock();
    const engine = createEngine({ store, clock });
    await engine.start();
    const acknowledged: string[] = [];
    const input = { a: 1, text: "x".repeat(20_000) };
    const start = async (n: number) => {
      await engine.startExecution({ id: `e${n}`, workflow: sums, input });
      acknowledged.push(`e${n}`);
    };
    const failures = (await Promise.allSettled([0, 1, 2].map(start))).concat(
      await Promise.allSettled(Array.from({ length: 30 }, (_, n) => start(n + 3))),
      await Promise.allSettled([start(99)]),
    );
    const reasons = failures.flatMap((settled) => (settled.status === "rejected" ? [settled.reason] : []));
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) expect(reason).toMatchObject({ code: "resource_exhausted" });
    expect(engine.info().state).toBe("degraded");
    for (const id of acknowledged)
      expect(await engine.getExecution(id)).toMatchObject({ output: { sum: 3 } });
    expect(await engine.listExecutions({})).toHaveLength(acknowledged.length);
    connection?.execute("PRAGMA max_page_count = 100000");
    clock.advance(1_000);
    await new Promise<void>((resolve) => clock.defer(resolve));
    await start(100);
    expect(engine.info().state).toBe("ready");
    await engine.stop();
  });
});

describe("what an execution emits", () => {
  test("is stored once, with the step that emitted it", async () => {
    const store = new MortalStore();
    const engine = createEngine({ store });
    await engine.start();
    const event = "source: https://example.com/s\n          type: com.example.done";
    const emits = source("emits", `- tell:\n    emit:\n      event:\n        with:\n          ${event}`);
    await engine.startExecution({ id: "e", workflow: emits, input: 1 });
    await ended(engine, "e");
    await engine.stop();
    const connection = store.open();
    const rows = connection.prepare<{ event: string }>("SELECT event FROM events").all();
    expect(rows.map((row) => JSON.parse(row.event))).toMatchObject([{ type: "com.example.done" }]);
    connection.close();
  });
});

describe("what cannot go on", () => {
  test("a state that the interpreter chokes on faults its execution, and no other", async () => {
    const store = new MortalStore();
    const engine = createEngine({ store });
    await engine.start();
    for (const id of ["sick", "well"]) await engine.startExecution({ id, workflow: holds, input: {} });
    await engine.stop();
    const connection = store.open();
    connection.execute(
      "INSERT INTO snapshots SELECT key, 1000000, '{\"format\":1}', NULL FROM executions WHERE id = 'sick'",
    );
    connection.close();
    const next = createEngine({ store, peers: new Peers((peer) => peer.answer(1)) });
    await next.start();
    const sick = await ended(next, "sick");
    expect(sick).toMatchObject({ status: "faulted", error: { title: "Runtime error" } });
    expect(sick.error?.detail).toContain("interpreter");
    expect(await ended(next, "well")).toMatchObject({ status: "completed" });
    await next.stop();
  });

  test("a state of another format waits for the version that wrote it", async () => {
    const store = new MortalStore();
    const engine = createEngine({ store });
    await engine.start();
    for (const id of ["later", "now"]) await engine.startExecution({ id, workflow: holds, input: {} });
    await engine.stop();
    const connection = store.open();
    connection.execute(
      "INSERT INTO snapshots SELECT key, 1000000, '{\"format\":99}', NULL FROM executions WHERE id = 'later'",
    );
    connection.close();
    const next = createEngine({ store, peers: new Peers((peer) => peer.answer(1)) });
    await next.start();
    expect(await ended(next, "now")).toMatchObject({ status: "completed" });
    expect((await next.getExecution("later")).status).toBe("running");
    await next.stop();
  });

  test("data that grows past its limit faults its execution", async () => {
    const engine = createEngine({ limits: { stateLength: 10_000, sliceTasks: 10 } });
    await engine.start();
    const input = { n: 0, limit: 100_000, data: "x".repeat(20_000) };
    await engine.startExecution({ id: "e", workflow: loops, input });
    const view = await ended(engine, "e");
    expect(view.status).toBe("faulted");
    expect(view.error?.detail).toContain("10000 characters");
    await engine.stop();
  });

  test("input past its limit is refused", async () => {
    const engine = createEngine({ limits: { dataLength: 100 } });
    await engine.start();
    const start = engine.startExecution({ id: "e", workflow: sums, input: "x".repeat(100) });
    await expect(start).rejects.toMatchObject({ code: "resource_exhausted", reason: "input-too-large" });
    await engine.stop();
  });

  test("starts past a limit are refused", async () => {
    const engine = createEngine({ limits: { liveExecutions: 2 } });
    await engine.start();
    const start = (id: string) => engine.startExecution({ id, workflow: holds, input: {} });
    await Promise.all([start("a"), start("b")]);
    await expect(start("c")).rejects.toMatchObject({ code: "resource_exhausted" });
    await engine.cancelExecution("a");
    await start("c");
    await engine.stop();
  });
});
