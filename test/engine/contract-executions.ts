import { describe, expect, test } from "bun:test";
import type { Bench } from "./contract.ts";
import { call, holds, loops, sleeps, source, sums } from "./definitions.ts";
import { ended, reached, refusal } from "./reading.ts";

const sumsRef = { namespace: "test", name: "sums" };

/** Executions: start, get, list, cancel, delete, and what they do. */
export function executionContract(bench: Bench): void {
  startContract(bench);
  lifeContract(bench);
  childContract(bench);
}

function startContract(bench: Bench): void {
  describe("starting", () => {
    test("runs a stored workflow to its end", async () => {
      await bench.engine.apply([sums], { dryRun: false });
      const started = await bench.engine.startExecution({ id: "s1", workflow: sumsRef, input: { a: 1 } });
      expect(started).toMatchObject({
        id: "s1",
        namespace: "test",
        name: "sums",
        version: "1.0.0",
        input: { a: 1 },
      });
      const { startedAt, endedAt, ...view } = await ended(bench.engine, "s1");
      expect(view).toMatchObject({ status: "completed", output: { sum: 3 } });
      expect(endedAt).toBeGreaterThanOrEqual(startedAt);
    });

    test("the same id and request start once, another request is refused", async () => {
      const request = { id: "once", workflow: holds, input: {} };
      const both = await Promise.all([
        bench.engine.startExecution(request),
        bench.engine.startExecution(request),
      ]);
      expect(both[0]).toEqual(both[1]);
      await bench.peers.arrived(2);
      await bench.engine.startExecution(request);
      expect(bench.peers.count("/before")).toBe(1);
      const other = bench.engine.startExecution({ ...request, input: { other: true } });
      expect(await refusal(other)).toMatchObject({ code: "already_exists" });
    });

    test("a source runs without being stored under its name", async () => {
      await bench.engine.startExecution({ id: "loose", workflow: sums, input: { a: 0 } });
      expect(await ended(bench.engine, "loose")).toMatchObject({ status: "completed", output: { sum: 2 } });
      expect(await bench.engine.listWorkflows({})).toEqual([]);
    });

    test("pins the definition, whatever becomes of it", async () => {
      const start = { id: "pinned", workflow: sumsRef, input: { a: 0 } };
      await bench.engine.apply([sums], { dryRun: false });
      await bench.engine.startExecution(start);
      await bench.engine.startExecution({ ...start, id: "loose", workflow: holds });
      await bench.engine.apply([source("sums", "- other:\n    set: { b: 1 }")], { dryRun: false });
      expect(await bench.engine.pinnedDefinition("pinned")).toMatchObject(sums);
      await bench.engine.deleteWorkflow(sumsRef);
      expect(await bench.engine.pinnedDefinition("pinned")).toMatchObject(sums);
      expect(await bench.engine.pinnedDefinition("loose")).toMatchObject(holds);
      expect(await refusal(bench.engine.pinnedDefinition("none"))).toMatchObject({ code: "not_found" });
    });

    test("refuses what it cannot start", async () => {
      const start = (workflow: Parameters<typeof bench.engine.startExecution>[0]["workflow"], id = "no") =>
        bench.engine.startExecution({ id, workflow, input: null });
      expect(await refusal(start(sumsRef))).toMatchObject({ code: "not_found" });
      expect(await refusal(start(sums, "not an id"))).toMatchObject({ code: "invalid_argument" });
      const invalid = await start({ file: "x.yaml", text: "do: 1" }).catch((failure) => failure);
      expect(invalid).toMatchObject({ code: "invalid_argument" });
      expect(invalid.details[0]).toMatchObject({ severity: "error", file: "x.yaml" });
      const listens = source("listens", `- hear:\n    listen:\n      to:\n        any: []`);
      const unsupported = await start(listens).catch((failure) => failure);
      expect(unsupported).toMatchObject({ code: "unimplemented" });
      expect(unsupported.details[0]).toMatchObject({ file: "listens.yaml" });
      expect(await refusal(bench.engine.getExecution("no"))).toMatchObject({ code: "not_found" });
    });

    test("input that fails its schema makes an execution that is faulted (ruling 11a)", async () => {
      const strict = {
        ...sums,
        text: `${sums.text}input:\n  schema:\n    document:\n      type: object\n      required: [a]\n`,
      };
      await bench.engine.startExecution({ id: "strict", workflow: strict, input: {} });
      const view = await ended(bench.engine, "strict");
      expect(view.status).toBe("faulted");
      expect(view.error?.type).toEndWith("/validation");
    });

    test("a running execution keeps its revision (G5)", async () => {
      await bench.engine.apply([holds], { dryRun: false });
      await bench.engine.startExecution({
        id: "old",
        workflow: { namespace: "test", name: "holds" },
        input: {},
      });
      await bench.peers.arrived(2);
      await bench.engine.apply([source("holds", call("replaced"))], { dryRun: false });
      await bench.engine.deleteWorkflow({ namespace: "test", name: "holds" });
      bench.peers.calls[1]?.answer(1);
      expect(await ended(bench.engine, "old")).toMatchObject({ status: "completed" });
      expect(bench.peers.count("/after")).toBe(1);
      expect(bench.peers.count("/replaced")).toBe(0);
    });
  });
}

function lifeContract(bench: Bench): void {
  describe("living", () => {
    test("an error has the position of its task", async () => {
      const failing = source("failing", `${call("before")}\n${call("fail")}`);
      await bench.engine.startExecution({ id: "f", workflow: failing, input: {} });
      const view = await ended(bench.engine, "f");
      expect(view).toMatchObject({ status: "faulted", error: { instance: "/do/1/fail" } });
      expect(view.errorPosition).toMatch(/^failing\.yaml:1[12]$/);
      expect(view.output).toBeUndefined();
    });

    test("the position counts in the file, also of its second definition", async () => {
      const second = source("failing", call("fail"));
      const both = { file: "both.yaml", text: `${sums.text}---\n${second.text}` };
      await bench.engine.apply([both], { dryRun: false });
      const workflow = { namespace: "test", name: "failing" };
      await bench.engine.startExecution({ id: "f", workflow, input: {} });
      const line = both.text.split("\n").findIndex((text) => text.includes("- fail:")) + 1;
      const { errorPosition } = await ended(bench.engine, "f");
      expect([`both.yaml:${line}`, `both.yaml:${line + 1}`]).toContain(errorPosition ?? "");
    });

    test("every run of an activity has its own idempotency key", async () => {
      await bench.engine.startExecution({
        id: "keys",
        workflow: source("keys", `${call("one")}\n${call("two")}`),
        input: 1,
      });
      await ended(bench.engine, "keys");
      const keys = bench.peers.calls.map(({ key }) => key);
      expect(new Set(keys).size).toBe(2);
      for (const key of keys) expect(key).toStartWith("keys/");
    });

    test("a wait is never early", async () => {
      await bench.engine.startExecution({ id: "nap", workflow: sleeps(30), input: {} });
      const { startedAt, endedAt = 0 } = await ended(bench.engine, "nap");
      expect(endedAt - startedAt).toBeGreaterThanOrEqual(30);
    });

    test("its end is awaited, and seen as it is looked up", async () => {
      const { signal } = new AbortController();
      await bench.engine.startExecution({ id: "e", workflow: holds, input: { a: 1 } });
      const leaving = new AbortController();
      const left = bench.engine.endedExecution("e", leaving.signal);
      const awaited = bench.engine.endedExecution("e", signal);
      await bench.peers.arrived(2);
      leaving.abort();
      expect(await left).toBeUndefined();
      bench.peers.calls[1]?.answer(1);
      const view = await awaited;
      expect(view).toMatchObject({ id: "e", status: "completed", input: { a: 1 }, output: { ok: true } });
      expect(view).toEqual(await bench.engine.getExecution("e"));
      expect(view).toEqual(await bench.engine.endedExecution("e", signal));
      expect(await refusal(bench.engine.endedExecution("none", signal))).toMatchObject({ code: "not_found" });
      await bench.engine.deleteExecution("e");
      expect(await refusal(bench.engine.endedExecution("e", signal))).toMatchObject({ code: "not_found" });
    });

    test("a cancelled execution ends, and so does its activity", async () => {
      await bench.engine.startExecution({ id: "c", workflow: holds, input: {} });
      await bench.peers.arrived(2);
      await bench.engine.cancelExecution("c");
      expect(await ended(bench.engine, "c")).toMatchObject({ status: "cancelled" });
      expect(bench.peers.calls[1]?.signal.aborted).toBe(true);
      expect(await bench.engine.cancelExecution("c")).toMatchObject({ status: "cancelled" });
      expect(await refusal(bench.engine.cancelExecution("none"))).toMatchObject({ code: "not_found" });
    });

    test("an endless loop can be cancelled, and others live beside it", async () => {
      await bench.engine.startExecution({ id: "ever", workflow: loops, input: { n: 0, limit: 1e15 } });
      await bench.engine.startExecution({ id: "brief", workflow: sums, input: { a: 1 } });
      expect(await ended(bench.engine, "brief")).toMatchObject({ output: { sum: 3 } });
      await bench.engine.cancelExecution("ever");
      expect(await ended(bench.engine, "ever")).toMatchObject({ status: "cancelled" });
    });

    test("lists are newest first, filtered and bounded", async () => {
      for (const id of ["l1", "l2"]) {
        await bench.engine.startExecution({ id, workflow: sums, input: { a: 1 } });
        await ended(bench.engine, id);
      }
      await bench.engine.startExecution({ id: "l3", workflow: holds, input: {} });
      const ids = async (filter: Parameters<typeof bench.engine.listExecutions>[0]) =>
        (await bench.engine.listExecutions(filter)).map(({ id }) => id);
      expect(await ids({})).toEqual(["l3", "l2", "l1"]);
      expect(await ids({ limit: 1 })).toEqual(["l3"]);
      expect(await ids({ workflow: "sums" })).toEqual(["l2", "l1"]);
      expect(await ids({ status: ["completed"] })).toEqual(["l2", "l1"]);
      expect(await ids({ namespace: "other" })).toEqual([]);
    });

    test("only what has ended is deleted", async () => {
      await bench.engine.startExecution({ id: "d", workflow: holds, input: {} });
      expect(await refusal(bench.engine.deleteExecution("d"))).toMatchObject({ code: "failed_precondition" });
      await bench.engine.cancelExecution("d");
      await ended(bench.engine, "d");
      await bench.engine.deleteExecution("d");
      expect(await refusal(bench.engine.getExecution("d"))).toMatchObject({ code: "not_found" });
      expect(await refusal(bench.engine.deleteExecution("d"))).toMatchObject({ code: "not_found" });
    });

    test("events are published once per source and id, and invalid ones refused", async () => {
      const event = { specversion: "1.0", id: "1", source: "/s", type: "t" };
      expect(await bench.engine.publish([event, event])).toBe(1);
      expect(await bench.engine.publish([event, { ...event, id: "2" }])).toBe(1);
      expect(await refusal(bench.engine.publish([{ id: "1" }]))).toMatchObject({ code: "invalid_argument" });
    });
  });
}

function childContract(bench: Bench): void {
  const parent = (child: string) => {
    const run = `namespace: test\n        name: ${child}\n        version: 1.0.0`;
    return source("parent", `- below:\n    run:\n      workflow:\n        ${run}`);
  };

  describe("children", () => {
    test("a child's output is its task's", async () => {
      await bench.engine.apply([sums], { dryRun: false });
      await bench.engine.startExecution({ id: "p", workflow: parent("sums"), input: { a: 5 } });
      expect(await ended(bench.engine, "p")).toMatchObject({ status: "completed", output: { sum: 7 } });
      const [child] = await bench.engine.listExecutions({ workflow: "sums" });
      expect(child).toMatchObject({ parent: "p", status: "completed", input: { a: 5 } });
    });

    test("a child's fault is its task's", async () => {
      await bench.engine.apply([source("failing", call("fail"))], { dryRun: false });
      await bench.engine.startExecution({ id: "p", workflow: parent("failing"), input: {} });
      const view = await ended(bench.engine, "p");
      expect(view.status).toBe("faulted");
      expect(view.error?.type).toEndWith("/communication");
    });

    test("a child that is not defined faults the task", async () => {
      await bench.engine.startExecution({ id: "p", workflow: parent("nowhere"), input: {} });
      const view = await ended(bench.engine, "p");
      expect(view.status).toBe("faulted");
      expect(view.error?.detail).toContain('"test/nowhere"');
    });

    test("a workflow that runs itself comes to an end", async () => {
      const endless = parent("parent");
      await bench.engine.apply([endless], { dryRun: false });
      await bench.engine.startExecution({
        id: "p",
        workflow: { namespace: "test", name: "parent" },
        input: {},
      });
      const view = await ended(bench.engine, "p");
      expect(view.error?.detail).toContain("levels deep");
    });

    test("cancelling the parent cancels the child it awaits", async () => {
      await bench.engine.apply([holds], { dryRun: false });
      await bench.engine.startExecution({ id: "p", workflow: parent("holds"), input: {} });
      await bench.peers.arrived(2);
      await bench.engine.cancelExecution("p");
      const [child] = await bench.engine.listExecutions({ workflow: "holds" });
      await reached(bench.engine, child?.id ?? "", "workflow.cancelled");
      expect(bench.peers.calls[1]?.signal.aborted).toBe(true);
    });
  });
}
