/** The embedded engine alone, in this process. */
import { join } from "node:path";
import { runActivity } from "../../src/activity/run.ts";
import type { DefinitionSource, Engine } from "../../src/engine/engine.ts";
import { systemClock } from "../../src/engine/sqlite/clock.ts";
import { fileStore } from "../../src/engine/sqlite/database.ts";
import type { Durability } from "../../src/engine/sqlite/options.ts";
import { systemRandom } from "../../src/engine/sqlite/random.ts";
import { createSqliteEngine } from "../../src/engine/sqlite/sqlite.ts";
import type { Json } from "../../src/expression/json.ts";
import { reference } from "./definitions.ts";

/** Opened and started, on `pawl.db` of the folder. */
export async function embedded(
  folder: string,
  definitions: readonly DefinitionSource[],
  durability: Durability = "output",
): Promise<Engine> {
  const engine = createSqliteEngine({
    store: fileStore(join(folder, "pawl.db")),
    clock: systemClock,
    random: systemRandom,
    runActivity,
    policy: { environment: {}, directory: folder, maxBytes: 1 << 20 },
    log: () => {},
    durability,
  });
  await engine.start();
  if (definitions.length > 0) await engine.apply(definitions, { dryRun: false });
  return engine;
}

/** From the start to the result; throws when it is not `completed`. */
export async function runToEnd(engine: Engine, id: string, name: string, input: Json): Promise<Json> {
  const started = await engine.startExecution({ id, workflow: reference(name), input });
  const ended =
    started.endedAt === undefined ? await engine.endedExecution(id, new AbortController().signal) : started;
  if (ended?.status !== "completed") throw new Error(`"${id}" is ${ended?.status}: ${ended?.error?.detail}`);
  return ended.output ?? null;
}
