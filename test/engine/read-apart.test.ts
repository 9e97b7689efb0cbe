import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runActivity } from "../../src/activity/run.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { createReader } from "../../src/engine/request/read-apart.ts";
import { type ReadDefinition, type Reader, readHere } from "../../src/engine/request/reader.ts";
import { systemClock } from "../../src/engine/sqlite/clock.ts";
import { memoryStore } from "../../src/engine/sqlite/database.ts";
import { systemRandom } from "../../src/engine/sqlite/random.ts";
import { createSqliteEngine } from "../../src/engine/sqlite/sqlite.ts";
import type { Store } from "../../src/engine/sqlite/store.ts";
import { Failure } from "../../src/failure.ts";
import { source, sums } from "./definitions.ts";
import { ended } from "./reading.ts";

setDefaultTimeout(60_000);

const read = createReader(join(import.meta.dir, "../../src/engine/request/read-worker.ts"));
const tasks = (count: number, task: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => `- t${n}: ${task(n)}`).join("\n");
/** Longer than what is read in the caller's own thread. */
const long = (name: string, more = "", count = 1_000) =>
  source(name, `${tasks(count, (n) => `{ set: { a: '\${ .a + ${n % 2} }' } }`)}${more}`);

function engineOn(store: Store, reader = read): Engine {
  const policy = { environment: {}, directory: "/", maxBytes: 1 << 20 };
  const world = { clock: systemClock, random: systemRandom, runActivity, policy, log: () => {} };
  return createSqliteEngine({ ...world, store, read: reader, durability: "output" });
}

const about = ({ definition, unsupported }: ReadDefinition) => ({
  document: definition.document,
  revision: definition.revision,
  file: definition.file,
  text: definition.text,
  places: ["", "/do/0/t0/set", "/do/999/t999/set/a", "/document/name"].map((at) => definition.position(at)),
  unsupported: unsupported ?? [],
});

test("a long definition is read in another thread as it is in this one", async () => {
  for (const text of [long("long").text, `\uFEFF${long("bom").text}---\n${long("second").text}`]) {
    const given = { file: "long.yaml", text };
    const apart = read(given, { stored: false });
    expect(apart).toBeInstanceOf(Promise);
    const { definitions, diagnostics } = await apart;
    const here = readHere(given, { stored: false });
    expect(definitions.map(about)).toEqual(here.definitions.map(about));
    expect(diagnostics).toEqual(here.diagnostics);
  }
});

test("what is short is read at once", () => {
  expect(read(sums, { stored: false })).not.toBeInstanceOf(Promise);
});

test("what is wrong with it, and what cannot be run yet, is told", async () => {
  const wrong = await read(long("wrong", "\n- last: { set: { a: '${ .a + }' } }"), { stored: false });
  expect(wrong.definitions).toEqual([]);
  expect(wrong.diagnostics).toMatchObject([{ severity: "error", file: "wrong.yaml", line: 1007 }]);
  const later = await read(long("later", "\n- last: { listen: { to: { any: [] } } }"), { stored: false });
  expect(later.definitions[0]?.unsupported).toMatchObject([{ line: 1007 }]);
});

test("while one is applied, and while one is started, others go on", async () => {
  const engine = engineOn(memoryStore());
  await engine.start();
  await engine.apply([sums], { dryRun: false });
  const workflow = { namespace: "test", name: "sums" };
  for (const act of [
    () => engine.apply([long("large", "", 4_000)], { dryRun: false }),
    () => engine.check!([long("checked", "", 4_000)]),
    () => engine.startExecution({ id: "inline", workflow: long("inline", "", 4_000), input: { a: 0 } }),
  ]) {
    let isDone = false;
    const acting = act().then(() => {
      isDone = true;
    });
    const id = crypto.randomUUID();
    await engine.startExecution({ id, workflow, input: { a: 1 } });
    expect((await ended(engine, id)).status).toBe("completed");
    expect(isDone).toBe(false);
    await acting;
  }
  expect((await ended(engine, "inline")).output).toEqual({ a: 2_000 });
  await engine.startExecution({
    id: "named",
    workflow: { namespace: "test", name: "large" },
    input: { a: 1 },
  });
  expect((await ended(engine, "named")).output).toEqual({ a: 2_001 });
  await engine.stop();
});

/** A waiting execution of a long definition, taken up by an engine that reads so. */
async function takenUp(reader: Reader) {
  const store = memoryStore();
  const first = engineOn(store);
  await first.start();
  const workflow = long(
    "waits",
    "\n- nap: { wait: { milliseconds: 20 } }\n- last: { set: { b: '${ .a }' } }",
  );
  await first.startExecution({ id: "x", workflow, input: { a: 0 } });
  await first.stop();
  const next = engineOn(store, reader);
  await next.start();
  const { status, output } = await ended(next, "x");
  await next.stop();
  return { status, output };
}

test("after a restart an execution goes on once its definition has been read", async () => {
  const stored: boolean[] = [];
  const counting: Reader = (given, options) => {
    const answer = read(given, options);
    if (answer instanceof Promise) stored.push(options.stored);
    return answer;
  };
  expect(await takenUp(counting)).toEqual({ status: "completed", output: { b: 500 } });
  expect(stored).toEqual([true]);
});

test("what cannot be read in another thread is read in this one", async () => {
  const broken: Reader = async () => {
    throw new Failure("internal", "The thread is gone");
  };
  expect(await takenUp(broken)).toEqual({ status: "completed", output: { b: 500 } });
});

test("a thread that breaks is told of, and the next text gets another", async () => {
  const reader = createReader(join(import.meta.dir, "no-such-worker.ts"));
  for (const _ of [1, 2]) {
    const failure = (await Promise.resolve(reader(long("x"), { stored: false })).catch(
      (error) => error,
    )) as Failure;
    expect(failure).toMatchObject({
      code: "internal",
      message: expect.stringContaining("could not be read"),
    });
  }
});
