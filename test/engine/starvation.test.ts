import { expect, setDefaultTimeout, test } from "bun:test";
import { systemClock } from "../../src/engine/sqlite/clock.ts";
import { source, sums } from "./definitions.ts";
import { ended, read } from "./reading.ts";
import { createEngine, ManualClock } from "./world.ts";

setDefaultTimeout(60_000);

/** Counts the turns of the event loop that the engine takes. */
class CountingClock extends ManualClock {
  turns = 0;
  override defer(callback: () => void): void {
    this.turns += 1;
    super.defer(callback);
  }
}

const endless = {
  heavy: "- a: { set: { n: '${ (.n // 0) + ([range(0; 20000)] | length) }' }, then: a }",
  light: "- a: { set: { n: '${ (.n // 0) + 1 }' }, then: a }",
  rounds: "- a:\n    for: { in: '[range(0; 1000)]' }\n    do: [b: { set: { n: 1 } }]\n    then: a",
  endured:
    "- a:\n    for: { in: '[range(0; 1000)]' }\n    while: 'true'\n    do: [b: { set: { n: 1 } }]\n    then: a",
  carrying: "- a: { set: { items: '${ .items // [range(0; 20000)] }', n: '${ .n }' }, then: a }",
};

test("beside fifty endless executions others are started and end", async () => {
  const engine = createEngine({ clock: systemClock });
  await engine.start();
  const names = Object.entries(endless);
  for (let n = 0; n < 50; n++) {
    const [name, tasks] = names[n % names.length]!;
    await engine.startExecution({ id: `endless-${n}`, workflow: source(name, tasks), input: {} });
  }
  for (let n = 0; n < 10; n++) {
    await engine.startExecution({ id: `other-${n}`, workflow: sums, input: { a: n } });
    expect(await ended(engine, `other-${n}`)).toMatchObject({ output: { sum: n + 2 } });
  }
  expect(engine.info().executions).toEqual({ running: 50 });
  await engine.stop();
});

test("what costs much is done a little at a time", async () => {
  const clock = new CountingClock();
  const engine = createEngine({ clock });
  await engine.start();
  await engine.startExecution({ id: "heavy", workflow: source("heavy", endless.heavy), input: {} });
  for (let n = 0; n < 10; n++) {
    await engine.startExecution({ id: `other-${n}`, workflow: sums, input: { a: n } });
    await ended(engine, `other-${n}`);
  }
  const { turns } = clock;
  const records = await read(engine, { execution: "heavy", follow: false });
  const done = records.filter(({ record }) => record.type === "task.completed").length;
  expect(done).toBeGreaterThan(0);
  // A slice has a thousand tasks, if they cost little; each of these costs a fifth of what a slice may.
  expect(done).toBeLessThan(10 * (turns + records.length / 64));
  await engine.stop();
});
