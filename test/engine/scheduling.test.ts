import { describe, expect, test } from "bun:test";
import { systemClock } from "../../src/engine/sqlite/clock.ts";
import { call, loops, source, sums } from "./definitions.ts";
import { Peers } from "./peers.ts";
import { ended, read } from "./reading.ts";
import { createEngine, ManualClock, MortalStore } from "./world.ts";

describe("group commit", () => {
  test("starts that come together share commits", async () => {
    let commits = 0;
    const store = new MortalStore({ at: (point) => (commits += point === "before-commit" ? 1 : 0) });
    const engine = createEngine({ store, clock: systemClock });
    await engine.start();
    commits = 0;
    const starts = Array.from({ length: 200 }, (_, n) => ({ id: `s${n}`, workflow: sums, input: { a: n } }));
    await Promise.all(starts.map((start) => engine.startExecution(start)));
    expect(commits).toBeLessThanOrEqual(10);
    expect(commits).toBeGreaterThan(0);
    const views = await engine.listExecutions({ status: ["completed"] });
    expect(views).toHaveLength(200);
    await engine.stop();
  });

  test("a slice of pure tasks is one commit, or one for each task", async () => {
    const count = async (durability: "output" | "task") => {
      let commits = 0;
      const store = new MortalStore({ at: (point) => (commits += point === "before-commit" ? 1 : 0) });
      const engine = createEngine({ store, durability });
      await engine.start();
      commits = 0;
      await engine.startExecution({ id: "l", workflow: loops, input: { n: 0, limit: 20 } });
      await ended(engine, "l");
      await engine.stop();
      return commits;
    };
    expect(await count("output")).toBe(1);
    expect(await count("task")).toBeGreaterThanOrEqual(40);
  });

  test("what an execution asks of the world is committed first", async () => {
    const log: string[] = [];
    const store = new MortalStore({ at: (point) => point === "after-commit" && log.push(point) });
    const peers = new Peers((peer) => {
      log.push(peer.uri);
      peer.answer(null);
    });
    const engine = createEngine({ store, peers });
    await engine.start();
    log.length = 0;
    await engine.startExecution({ id: "e", workflow: source("e", `${call("a")}\n${call("b")}`), input: 1 });
    await ended(engine, "e");
    const calls = (name: string) => `http://peer.test/${name}`;
    expect(log).toEqual(["after-commit", calls("a"), "after-commit", calls("b"), "after-commit"]);
    await engine.stop();
  });
});

describe("fairness", () => {
  test("an execution that never rests lets others and I/O have their turns", async () => {
    const engine = createEngine({ clock: systemClock });
    await engine.start();
    await engine.startExecution({ id: "ever", workflow: loops, input: { n: 0, limit: 1e15 } });
    const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("served") });
    for (let n = 0; n < 20; n++) {
      await engine.startExecution({ id: `brief${n}`, workflow: sums, input: { a: n } });
      expect(await (await fetch(server.url)).text()).toBe("served");
      expect((await ended(engine, `brief${n}`)).output).toEqual({ sum: n + 2 });
    }
    expect(await engine.getExecution("ever")).toMatchObject({ status: "running" });
    await server.stop(true);
    await engine.stop();
  });

  test("executions take their activities in turn, and no more at once than allowed", async () => {
    const fork = (name: string, width: number) => {
      const branches = Array.from({ length: width }, (_, n) =>
        call(`${name}${n}/hold`).replace("/hold:", ":"),
      );
      const indented = branches.join("\n").replaceAll("\n", "\n        ");
      return source(name, `- fan:\n    fork:\n      branches:\n        ${indented}`);
    };
    const peers = new Peers(() => {});
    const engine = createEngine({ peers, limits: { activities: 4 } });
    await engine.start();
    await engine.startExecution({ id: "wide", workflow: fork("wide", 50), input: {} });
    await peers.arrived(4);
    await engine.startExecution({ id: "slim", workflow: fork("slim", 1), input: {} });
    expect(peers.calls).toHaveLength(4);
    peers.calls[0]?.answer(1);
    await peers.arrived(5);
    peers.calls[1]?.answer(1);
    await peers.arrived(6);
    expect(peers.calls.slice(4).map(({ key }) => key.split("/")[0])).toContain("slim");
    await engine.stop();
  });
});

describe("timers", () => {
  test("one timer of the clock stands for many", async () => {
    const clock = new ManualClock();
    const engine = createEngine({ clock });
    await engine.start();
    const naps = Array.from({ length: 1_500 }, (_, n) => ({
      id: `n${n}`,
      workflow: source("nap", `- nap:\n    wait:\n      milliseconds: \${ .ms }`.replace("${ .ms }", "5000")),
      input: { n },
    }));
    await Promise.all(naps.map((nap) => engine.startExecution(nap)));
    expect(clock.armed).toHaveLength(1);
    expect(engine.info().executions).toEqual({ waiting: 1_500 });
    clock.advance(4_999);
    await new Promise<void>((resolve) => clock.defer(resolve));
    expect(engine.info().executions).toEqual({ waiting: 1_500 });
    const last = read(engine, { follow: true }, (records) => {
      return records.filter(({ record }) => record.type === "workflow.completed").length === 1_500;
    });
    clock.advance(1);
    await last;
    expect(engine.info().executions).toEqual({});
    expect(clock.armed).toEqual([]);
    await engine.stop();
  });
});
