import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { locateHome } from "../../src/config/home.ts";
import { createHandler } from "../../src/server/router.ts";
import { contextInMemory, listen } from "../server/answering.ts";
import { binary } from "../server/foreground.ts";
import { definition } from "./pawl.ts";

/** A server that writes down what it is asked. */
const home = realpathSync(mkdtempSync(join(tmpdir(), "pawl-trips-")));
const world = await contextInMemory({ homeId: locateHome(home).id });
const asked: string[] = [];
const handle = createHandler(world.context);
let server: Awaited<ReturnType<typeof listen>>;
beforeAll(async () => {
  mkdirSync(join(home, "run"), { mode: 0o700 });
  writeFileSync(join(home, "short.yaml"), definition("short", "  - a: { set: { n: 1 } }"));
  writeFileSync(join(home, "long.yaml"), definition("long", "  - a: { wait: { milliseconds: 1200 } }"));
  server = await listen((request, response) => {
    asked.push(request.url?.split("/").at(-1) ?? "");
    handle(request, response);
  }, locateHome(home).socket);
});
beforeEach(() => {
  asked.length = 0;
});
afterAll(async () => {
  server.close();
  await world.engine.stop();
  rmSync(home, { recursive: true });
});

function start(...words: string[]) {
  return Bun.spawn([binary, "run", "--home", home, "--no-start", ...words], { cwd: home, stderr: "pipe" });
}

async function run(...words: string[]) {
  const child = start(...words);
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code: child.exitCode, stdout, stderr };
}
const done = { code: 0, stdout: '{"n":1}\n', stderr: "" };

test("a short run is started and ended by one call", async () => {
  expect(await run("./short.yaml")).toEqual(done);
  expect(asked).toEqual(["Check", "Start"]);
});

test("a longer one is followed", async () => {
  expect((await run("./long.yaml")).code).toBe(0);
  expect(asked).toEqual(["Check", "Start", "Watch"]);
});

test("what is to be shown is followed from its beginning", async () => {
  const { stderr, ...rest } = await run("./short.yaml", "--progress", "plain");
  expect({ ...rest, stderr: "" }).toEqual(done);
  expect(stderr).toContain("task a started");
  expect(asked).toEqual(["Check", "Start", "Watch"]);
});

test("--timeout ends a run of which the start would wait longer", async () => {
  expect((await run("./long.yaml", "--timeout", "300ms")).code).toBe(124);
  expect(asked).toEqual(["Check", "Start", "Watch", "Cancel"]);
});

test("Ctrl-C while the start waits cancels, and shows how it ended", async () => {
  const usual = world.engine.endedExecution.bind(world.engine);
  const waiting = Promise.withResolvers<void>();
  world.engine.endedExecution = (id, signal) => {
    waiting.resolve();
    return usual(id, signal);
  };
  const child = start("./long.yaml");
  await waiting.promise;
  child.kill("SIGINT");
  const stderr = await child.stderr.text();
  expect(await child.exited).toBe(130);
  expect(asked.toSorted()).toEqual(["Cancel", "Check", "Start", "Watch"]);
  expect(stderr).toMatch(/^Execution \w+ cancelled$/m);
  world.engine.endedExecution = usual;
});
