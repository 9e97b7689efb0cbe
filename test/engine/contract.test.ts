import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunActivity } from "../../src/activity/activity.ts";
import { systemClock } from "../../src/engine/sqlite/clock.ts";
import { fileStore, memoryStore } from "../../src/engine/sqlite/database.ts";
import { systemRandom } from "../../src/engine/sqlite/random.ts";
import { createSqliteEngine } from "../../src/engine/sqlite/sqlite.ts";
import type { Store } from "../../src/engine/sqlite/store.ts";
import { engineContract } from "./contract.ts";

async function start(store: Store, runActivity: RunActivity, durability: "output" | "task") {
  const engine = createSqliteEngine({
    store,
    clock: systemClock,
    random: systemRandom,
    runActivity,
    policy: { environment: {}, directory: "/", maxBytes: 1 << 20 },
    log: () => {},
    durability,
  });
  await engine.start();
  return engine;
}

engineContract("SQLite in a file", async (runActivity) => {
  const folder = await mkdtemp(join(tmpdir(), "pawl-engine-"));
  const engine = await start(fileStore(join(folder, "pawl.db")), runActivity, "output");
  return {
    engine,
    end: async () => {
      await engine.stop();
      await rm(folder, { recursive: true });
    },
  };
});

engineContract("SQLite in memory, a commit for every task", async (runActivity) => {
  const engine = await start(memoryStore(), runActivity, "task");
  return { engine, end: () => engine.stop() };
});
