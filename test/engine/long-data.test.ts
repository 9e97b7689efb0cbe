import { expect, test } from "bun:test";
import { source, sums } from "./definitions.ts";
import { ended } from "./reading.ts";
import { createEngine } from "./world.ts";

const items = Array.from({ length: 40_000 }, (_, n) => ({ id: n, name: `item number ${n}` }));
const length = source("length", "- a:\n    set: { length: '${ .items | length }', last: '${ .items[-1] }' }");

test("a long input arrives whole, and is let go of with what is told of it", async () => {
  const engine = createEngine();
  await engine.start();
  await engine.startExecution({ id: "long", workflow: length, input: { items } });
  const view = await ended(engine, "long");
  expect(view).toMatchObject({ status: "completed", output: { length: 40_000, last: items.at(-1) } });
  expect(view.input).toEqual({ items });
  await engine.stop();
});

test("while one is started, what is asked for meanwhile has its turn", async () => {
  const engine = createEngine();
  await engine.start();
  const order: string[] = [];
  const start = async (id: string, input: object) => {
    await engine.startExecution({ id, workflow: sums, input: { ...input, a: 1 } });
    order.push(id);
  };
  await Promise.all([start("long", { items }), start("short", {}), start("other", {})]);
  expect(order.at(-1)).toBe("long");
  await engine.stop();
});

test("data is told as text as it is told as data", async () => {
  const engine = createEngine();
  await engine.start();
  const raise = source(
    "raise",
    "- a:\n    raise: { error: { type: https://a.test/b, status: 400, title: x } }",
  );
  const nap = source("nap", "- a:\n    wait: { seconds: 1000 }");
  for (const [id, workflow] of Object.entries({ sums, raise, nap })) {
    await engine.startExecution({ id, workflow, input: { a: 1, b: ["é", null] } });
    const view = id === "nap" ? await engine.getExecution(id) : await ended(engine, id);
    expect(JSON.parse(view.texts?.input ?? "")).toEqual(view.input);
    expect(view.texts?.output).toBe(view.output === undefined ? undefined : JSON.stringify(view.output));
    expect({ ...view }.input).toEqual({ a: 1, b: ["é", null] });
  }
  expect((await engine.getExecution("sums")).output).toEqual({ sum: 3 });
  await engine.stop();
});
