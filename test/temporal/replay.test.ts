import { expect, setDefaultTimeout, test } from "bun:test";
import { basename, resolve } from "node:path";
import { Worker } from "@temporalio/worker";
import { Glob } from "bun";
import pack from "../../package.json" with { type: "json" };
import { bundleWorkflow } from "../../scripts/workflow-bundle.ts";
import { installRuntime } from "../../src/engine/temporal/link/dial.ts";

setDefaultTimeout(30_000);

/**
 * What a version wrote must be what this one would have done: an execution outlives the servers that run it. A history
 * that does not replay any more says that executions under way would get stuck; the change needs a `patched` beside it.
 */
const folder = resolve(import.meta.dir, "histories");
const code = await bundleWorkflow();
installRuntime(() => {});
const files = (await Array.fromAsync(new Glob("**/*.json").scan(folder))).sort();

test("there are histories of this version, and of every one that was released", () => {
  const recorded = new Set(files.map((file) => file.split("/")[0]));
  const tags = Bun.spawnSync(["git", "tag", "--list", "v[0-9]*"], { cwd: folder }).stdout.toString();
  const released = tags.split("\n").flatMap((tag) => (tag === "" ? [] : [tag.slice(1)]));
  for (const version of [pack.version, ...released]) expect(recorded).toContain(version);
  expect(files.length).toBeGreaterThan(5);
});

test.each(files)("%s replays", async (file) => {
  const history = await Bun.file(resolve(folder, file)).json();
  await Worker.runReplayHistory({ workflowBundle: { code } }, history, `recorded/${basename(file, ".json")}`);
});

/** What a workflow asks Temporal for, and the name that it gives it; those of timers are not compared. */
const asked = {
  activityTaskScheduledEventAttributes: "activityId",
  startChildWorkflowExecutionInitiatedEventAttributes: "workflowId",
} as const;

/** The history with another name for the first thing that was asked for; undefined: it asked for nothing. */
async function tampered(file: string): Promise<unknown> {
  const history = await Bun.file(resolve(folder, file)).json();
  for (const event of history.events) {
    for (const [attributes, name] of Object.entries(asked)) {
      if (event[attributes] === undefined) continue;
      event[attributes][name] += "7";
      return history;
    }
  }
  return undefined;
}

const histories = await Promise.all(files.map(async (file) => [file, await tampered(file)] as const));
const asking = histories.filter(([, history]) => history !== undefined);

test("many histories ask for something", () => {
  expect(asking.length).toBeGreaterThan(6);
});

test.each(asking)("%s that asks for something else does not", async (file, history) => {
  const replayed = await Worker.runReplayHistory(
    { workflowBundle: { code } },
    history,
    `recorded/${basename(file, ".json")}`,
  ).then(
    () => "replayed",
    (error: Error) => error.name,
  );
  expect(replayed).toBe("DeterminismViolationError");
});
