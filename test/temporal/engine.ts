import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleWorkflow } from "../../scripts/workflow-bundle.ts";
import type { RunActivity } from "../../src/activity/activity.ts";
import { systemClock } from "../../src/engine/sqlite/clock.ts";
import { memoryStore } from "../../src/engine/sqlite/database.ts";
import { openSecrets } from "../../src/engine/sqlite/secret-keeper.ts";
import type { TemporalAddress } from "../../src/engine/temporal/options.ts";
import { QueueingEngine } from "../../src/engine/temporal/queue/queueing-engine.ts";
import type { TemporalEngine } from "../../src/engine/temporal/temporal-engine.ts";

const workflowCode = await bundleWorkflow();

export interface EngineSettings {
  readonly address: string;
  readonly runActivity: RunActivity;
  /** Absent: one of its own, which keeps it apart from all others. */
  readonly taskQueue?: string;
  readonly namespace?: string;
  /** What it takes to be let in. */
  readonly credentials?: Pick<TemporalAddress, "tls" | "apiKey" | "metadata">;
  /** Hears the lines of its log. */
  readonly log?: (line: string) => void;
}

/** An engine out of the sources, in this process; not started. */
export function createEngine(settings: EngineSettings): TemporalEngine {
  const {
    address,
    namespace = "default",
    taskQueue = crypto.randomUUID(),
    credentials,
    runActivity,
    log = () => {},
  } = settings;
  return new QueueingEngine(
    {
      temporal: { address, namespace, taskQueue, ...credentials },
      runActivity,
      openSecrets: () => openSecrets(memoryStore(), systemClock),
      policy: { environment: {}, directory: "/", maxBytes: 1 << 20 },
      log: (level, message) => log(`${level} ${message}`),
      version: "1.2.3",
      cache: tmpdir(),
      queue: { path: join(tmpdir(), crypto.randomUUID()), accepts: false, ttlMs: 1 },
    },
    workflowCode,
  );
}
