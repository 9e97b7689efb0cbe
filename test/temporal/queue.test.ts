import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StartRequest } from "../../src/engine/engine.ts";
import { Queue } from "../../src/engine/temporal/queue/queue.ts";
import { Failure } from "../../src/failure.ts";
import { ManualClock } from "../engine/world.ts";

const away = () => new Failure("unavailable", "Temporal is away", { reason: "temporal-unavailable" });

/** Temporal as far as the queue sees it: what is started stays started, and a start may break before or after that. */
class Temporal {
  absence: Failure | undefined = away();
  #up = Promise.withResolvers<void>();
  readonly started: string[] = [];
  readonly cancelled: string[] = [];
  readonly #requests = new Map<string, string>();
  /** Called at each start, before and after Temporal has it; what it throws is the answer. */
  at: (point: "before" | "after", id: string) => void = () => {};

  get connected() {
    return this.#up.promise;
  }

  comes(): void {
    this.absence = undefined;
    this.#up.resolve();
  }

  goes(): Failure {
    this.absence = away();
    this.#up = Promise.withResolvers();
    return this.absence;
  }

  async startExecution({ id }: StartRequest): Promise<void> {
    if (this.absence) throw this.absence;
    this.at("before", id);
    if (!this.#requests.has(id)) this.started.push(id);
    this.#requests.set(id, `digest of ${id}`);
    this.at("after", id);
  }

  async cancelExecution(id: string): Promise<void> {
    this.cancelled.push(id);
  }

  async requestOf(id: string): Promise<string | undefined> {
    if (this.absence) throw this.absence;
    return this.#requests.get(id);
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("the queue for what is started while Temporal is away", () => {
  const clock = new ManualClock();
  let folder: string;
  let temporal: Temporal;
  let queue: Queue;
  let ended: string[];
  const open = (bounds = { executions: 5, bytes: 4_000 }) => {
    const path = join(folder, "queue.db");
    const settings = {
      path,
      accepts: true,
      ttlMs: 60_000,
      bounds,
      clock,
      random: () => 1,
      log: () => {},
      ended: (id: string) => ended.push(id),
    };
    queue = new Queue(settings, temporal);
    queue.open();
  };
  const add = (id: string, input: string = "", attempted = false) =>
    queue.add({
      id,
      digest: `digest of ${id}`,
      request: { workflow: { namespace: "test", name: "sums" }, input },
      subject: { namespace: "test", name: "sums", version: "latest", revision: "" },
      attempted,
    });
  const status = (id: string) => queue.find(id)?.status;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pawl-queue-"));
    temporal = new Temporal();
    ended = [];
    open();
  });
  afterEach(async () => {
    await queue.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("starts what waits in order, and forgets it then", async () => {
    for (const id of ["c", "a", "b"]) add(id);
    expect([...queue.list()].map(({ id }) => id)).toEqual(["b", "a", "c"]);
    await settled();
    expect(temporal.started).toEqual([]);
    temporal.comes();
    await settled();
    expect(temporal.started).toEqual(["c", "a", "b"]);
    expect([...queue.list()]).toEqual([]);
    expect(queue.info?.pending).toEqual({ executions: 0, bytes: 0 });
  });

  test("has everything after its process was gone, with another bound and order of ids", async () => {
    for (const id of ["z", "y"]) add(id, "some input");
    await queue.close();
    open();
    expect(queue.find("z")).toMatchObject({ status: "pending", request: { input: "some input" } });
    expect(queue.info?.pending.executions).toBe(2);
    temporal.comes();
    await settled();
    expect(temporal.started).toEqual(["z", "y"]);
  });

  test("starts nothing twice and loses nothing when the connection breaks at any start", async () => {
    for (const id of ["a", "b", "c"]) add(id);
    let breaks = 0;
    temporal.at = (point) => {
      breaks += 1;
      if (breaks === 2 || breaks === 3) throw temporal.goes();
      if (breaks === 5 && point === "before") throw temporal.goes();
    };
    for (let outage = 0; outage < 4; outage++) {
      temporal.comes();
      await settled();
    }
    expect(temporal.started).toEqual(["a", "b", "c"]);
    expect([...queue.list()]).toEqual([]);
  });

  test("takes no more than its bounds, and says so", async () => {
    for (const id of ["1", "2", "3", "4", "5"]) add(id);
    expect(() => add("6")).toThrow(
      new Failure("resource_exhausted", "The queue holds 5 executions, which is its bound; Temporal is away"),
    );
    expect(() => add("6")).toThrow(
      expect.objectContaining({ code: "resource_exhausted", reason: "queue-full" }),
    );
    await queue.cancel("5");
    expect(() => add("6", "x".repeat(4_000))).toThrow(/^The queue holds 4000 bytes, which is its bound/);
    expect(add("6").status).toBe("pending");
  });

  test("gives up what waited for too long, with an error, and remembers it for a week", async () => {
    add("early");
    clock.advance(30_000);
    add("late");
    clock.advance(30_000);
    expect(status("late")).toBe("pending");
    expect(queue.find("early")).toMatchObject({
      status: "faulted",
      error: { status: 408, detail: "It was queued for 60 s, and Temporal did not come back to start it" },
    });
    temporal.comes();
    await settled();
    expect(temporal.started).toEqual(["late"]);
    expect(queue.info?.ended.executions).toBe(1);
    await queue.close();
    clock.advance(8 * 86_400_000);
    open();
    expect(status("early")).toBeUndefined();
  });

  test("does not give up what Temporal may have started until it says so", async () => {
    add("sent", "", true);
    clock.advance(120_000);
    expect(status("sent")).toBe("pending");
    temporal.comes();
    await settled();
    expect(queue.find("sent")).toMatchObject({ status: "faulted", error: { status: 408 } });
    expect(temporal.started).toEqual([]);
  });

  test("cancels what waits at once, and what may have been started as soon as that is known", async () => {
    add("waits");
    add("sent", "", true);
    add("running");
    temporal.at = (point, id) => {
      if (point === "after" && id === "running") throw temporal.goes();
    };
    expect(await queue.cancel("waits")).toBe(true);
    expect(status("waits")).toBe("cancelled");
    expect(await queue.cancel("sent")).toBe(true);
    expect(queue.find("sent")).toMatchObject({ status: "pending", withdrawn: true });
    expect(await queue.cancel("unknown")).toBe(false);
    temporal.comes();
    await settled();
    expect(status("sent")).toBe("cancelled");
    expect(status("running")).toBe("pending");
    expect(await queue.cancel("running")).toBe(true);
    temporal.comes();
    await settled();
    expect(temporal.cancelled).toEqual(["running"]);
    expect(status("running")).toBeUndefined();
    expect(temporal.started).toEqual(["running"]);
  });

  test("takes out what was not started, and nothing that may have been", async () => {
    add("waits");
    add("sent", "", true);
    expect(await queue.remove("waits")).toBe(true);
    expect(await queue.remove("waits")).toBe(false);
    const refused = await queue.remove("sent").catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "failed_precondition" });
  });

  test("what cannot be started faults, and the rest goes on", async () => {
    for (const id of ["gone", "taken", "good"]) add(id);
    temporal.at = (point, id) => {
      if (point === "after") return;
      if (id === "gone") throw new Failure("not_found", "There is no workflow");
      if (id === "taken") throw new Failure("already_exists", "The execution exists, from another request");
    };
    temporal.comes();
    await settled();
    expect(queue.find("gone")).toMatchObject({
      status: "faulted",
      error: { detail: "There is no workflow" },
    });
    expect(queue.find("taken")).toMatchObject({ status: "faulted", error: { status: 500 } });
    expect(temporal.started).toEqual(["good"]);
    expect(ended).toEqual(["gone", "taken"]);
  });

  test("asks again, later and later, when Temporal has a bad moment", async () => {
    add("a");
    let asked = 0;
    temporal.at = (point) => {
      if (point === "before") asked += 1;
      if (asked < 3) throw new Failure("internal", "Temporal refused", { reason: "temporal-refused" });
    };
    temporal.comes();
    await settled();
    expect(asked).toBe(1);
    clock.advance(1_000);
    await settled();
    clock.advance(1_999);
    await settled();
    expect(asked).toBe(2);
    clock.advance(1);
    await settled();
    expect(temporal.started).toEqual(["a"]);
  });

  test("wakes who waits for one when it is started, cancelled or given up", async () => {
    const { signal } = new AbortController();
    for (const id of ["a", "b", "c"]) add(id);
    const woken: string[] = [];
    for (const id of ["a", "b", "c", "none"]) void queue.settled(id, signal).then(() => woken.push(id));
    await settled();
    expect(woken).toEqual(["none"]);
    await queue.cancel("b");
    await settled();
    temporal.comes();
    await settled();
    expect(woken).toEqual(["none", "b", "a", "c"]);
  });

  test("a damaged file is said plainly, and no file is made where nothing is taken", async () => {
    await queue.close();
    const path = join(folder, "other.db");
    const settings = {
      path,
      ttlMs: 1,
      clock,
      random: () => 1,
      log: () => {},
      ended: (id: string) => ended.push(id),
    };
    queue = new Queue({ ...settings, accepts: false }, temporal);
    queue.open();
    expect(await Bun.file(path).exists()).toBe(false);
    writeFileSync(path, "x".repeat(8_192));
    const damaged = new Queue({ ...settings, accepts: false }, temporal);
    expect(() => damaged.open()).toThrow(
      expect.objectContaining({ code: "data_loss", reason: "queue-damaged" }),
    );
  });
});
