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

test("a history that this version would not have written does not", async () => {
  const calls = files.find((file) => file.endsWith("/calls.json")) as string;
  const text = await Bun.file(resolve(folder, calls)).text();
  const other = JSON.parse(text.replaceAll('"a1"', '"a7"'));
  const replayed = await Worker.runReplayHistory({ workflowBundle: { code } }, other).then(
    () => "replayed",
    (error: Error) => error.name,
  );
  expect(replayed).toBe("DeterminismViolationError");
});
