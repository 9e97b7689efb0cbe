import { describe, expect, test } from "bun:test";
import type { Bench } from "./contract.ts";
import { holds, sleeps, sums } from "./definitions.ts";
import { ended, read, refusal, told } from "./reading.ts";

/** What executions tell: streams with cursors, and the history. */
export function recordContract(bench: Bench): void {
  streamContract(bench);

  describe("history", () => {
    test("has input and output of every task", async () => {
      await bench.engine.startExecution({ id: "h", workflow: sums, input: { a: 1 } });
      await ended(bench.engine, "h");
      const records = await bench.engine.history("h");
      const of = (type: string, task: string) =>
        records.find(({ record }) => record.type === type && record.task?.endsWith(task))?.record;
      expect(of("task.started", "first")?.input).toEqual({ a: 1 });
      expect(of("task.completed", "first")?.output).toEqual({ sum: 2 });
      expect(of("task.completed", "second")?.output).toEqual({ sum: 3 });
      const streamed = await read(bench.engine, { execution: "h", follow: false });
      expect(streamed.map(({ cursor }) => cursor)).toEqual(records.map(({ cursor }) => cursor));
      expect(await refusal(bench.engine.history("none"))).toMatchObject({ code: "not_found" });
    });
  });
}

function streamContract(bench: Bench): void {
  describe("records", () => {
    test("tell the life of an execution in order", async () => {
      await bench.engine.startExecution({ id: "r", workflow: sums, input: { a: 1 } });
      const records = await read(bench.engine, { execution: "r", follow: true });
      expect(told(records)).toEqual([
        "workflow.started",
        "task.created first",
        "task.started first",
        "task.completed first",
        "task.created second",
        "task.started second",
        "task.completed second",
        "workflow.completed",
      ]);
      expect(records[0]).toMatchObject({ execution: "r", namespace: "test", name: "sums", version: "1.0.0" });
      expect(records.every(({ record }) => !("input" in record) && !("output" in record))).toBe(true);
    });

    test("go on at any cursor", async () => {
      await bench.engine.startExecution({ id: "r", workflow: sleeps(1), input: {} });
      await ended(bench.engine, "r");
      const query = { execution: "r", follow: false };
      const all = await read(bench.engine, query);
      for (const [at, { cursor }] of all.entries()) {
        expect(await read(bench.engine, { ...query, cursor })).toEqual(all.slice(at + 1));
      }
      const bad = read(bench.engine, { ...query, cursor: "nonsense" });
      expect(await refusal(bad)).toMatchObject({ code: "invalid_argument" });
      const none = read(bench.engine, { execution: "none", follow: true });
      expect(await refusal(none)).toMatchObject({ code: "not_found" });
    });

    test("of all executions, from a moment on", async () => {
      await bench.engine.startExecution({ id: "r1", workflow: sums, input: { a: 1 } });
      await bench.engine.startExecution({ id: "r2", workflow: sums, input: { a: 1 } });
      await ended(bench.engine, "r2");
      const all = await read(bench.engine, { follow: false });
      expect(new Set(all.map(({ execution }) => execution))).toEqual(new Set(["r1", "r2"]));
      expect(all.map(({ cursor }) => cursor)).toEqual(all.map(({ cursor }) => cursor).toSorted());
      const last = all.at(-1)?.record.at ?? 0;
      expect(await read(bench.engine, { follow: false, since: last + 1 })).toEqual([]);
      expect(await read(bench.engine, { follow: false, since: 1 })).toEqual(all);
    });

    test("a follower sees what happens, and leaves when it wants", async () => {
      await bench.engine.startExecution({ id: "r", workflow: holds, input: {} });
      const following = read(bench.engine, { follow: true }, (records) =>
        told(records).includes("task.completed after"),
      );
      await bench.peers.arrived(2);
      bench.peers.calls[1]?.answer(1);
      expect(told(await following)).toContain("task.completed hold");
    });

    test("a follower whose signal is aborted ends", async () => {
      await bench.engine.startExecution({ id: "r", workflow: holds, input: {} });
      const controller = new AbortController();
      const stream = bench.engine.records({ execution: "r", follow: true, signal: controller.signal });
      const seen: string[] = [];
      const reading = (async () => {
        for await (const { record } of stream) seen.push(record.type);
      })();
      await bench.peers.arrived(2);
      controller.abort();
      await reading;
      expect(seen).not.toContain("workflow.completed");
    });
  });
}
