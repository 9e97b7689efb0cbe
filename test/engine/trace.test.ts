import { describe, expect, test } from "bun:test";
import { childTrace, readTraceparent } from "../../src/engine/request/trace.ts";
import { call, holds, source } from "./definitions.ts";
import { Peers } from "./peers.ts";
import { ended } from "./reading.ts";
import { createEngine, MortalStore } from "./world.ts";

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const traceparent = `00-${trace}-00f067aa0ba902b7-01`;

describe("a traceparent", () => {
  test("is read as W3C Trace Context has it", () => {
    expect(readTraceparent(traceparent)).toBe(traceparent);
    expect(readTraceparent(` ${traceparent} `)).toBe(traceparent);
    // Of a later version all that is known of it now.
    expect(readTraceparent(`cc${traceparent.slice(2)}-what-the-future-will-be-like`)).toBe(traceparent);
  });

  test.each([
    "",
    "00",
    traceparent.toUpperCase(),
    `ff${traceparent.slice(2)}`,
    `${traceparent}-more`,
    `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
    `00-${trace}-${"0".repeat(16)}-01`,
    null,
  ])("that is none is ignored: %p", (given) => expect(readTraceparent(given)).toBeUndefined());

  test("of a child has the same trace and flags, and a span of its own", () => {
    const child = childTrace(traceparent, "e/a1");
    expect(readTraceparent(child)).toBe(child);
    expect(child).toStartWith(`00-${trace}-`);
    expect(child).toEndWith("-01");
    expect(child).not.toBe(traceparent);
    expect(childTrace(traceparent, "e/a1")).toBe(child);
    expect(childTrace(traceparent, "e/a2")).not.toBe(child);
  });
});

describe("an execution within a trace", () => {
  test("sends every activity a span of its own, and after a crash the same one again", async () => {
    const store = new MortalStore();
    const first = new Peers();
    const engine = createEngine({ store, peers: first });
    await engine.start();
    const start = { id: "e", workflow: holds, input: {} };
    await engine.startExecution({ ...start, traceparent });
    // Not what makes two requests the same.
    await engine.startExecution({ ...start, traceparent: traceparent.replace("-01", "-00") });
    await first.arrived(2);
    const [before, held] = first.calls.map((made) => made.traceparent);
    expect(before).toStartWith(`00-${trace}-`);
    expect(held).not.toBe(before);
    store.kill();
    const second = new Peers((peer) => peer.answer(1));
    const next = createEngine({ store, peers: second });
    await next.start();
    await ended(next, "e");
    expect(second.calls[0]?.traceparent).toBe(held);
    await next.stop();
  });

  test("hands it on to its children", async () => {
    const peers = new Peers();
    const engine = createEngine({ peers });
    await engine.start();
    await engine.apply([source("child", call("inner"))], { dryRun: false });
    const run =
      "- sub:\n    run:\n      workflow: { namespace: test, name: child, version: 1.0.0, input: {} }";
    await engine.startExecution({ id: "p", workflow: source("parent", run), input: {}, traceparent });
    await ended(engine, "p");
    expect(peers.calls.map((made) => made.traceparent?.slice(0, 36))).toEqual([`00-${trace}-`]);
    await engine.stop();
  });

  test("that is none sends nothing", async () => {
    const peers = new Peers();
    const engine = createEngine({ peers });
    await engine.start();
    for (const given of [undefined, "nonsense"]) {
      const id = `e-${given}`;
      const workflow = source("calls", call("one"));
      await engine.startExecution({ id, workflow, input: {}, ...(given && { traceparent: given }) });
      await ended(engine, id);
    }
    expect(peers.calls.map((made) => made.traceparent)).toEqual([undefined, undefined]);
    await engine.stop();
  });
});
