import { Failure } from "../../failure.ts";
import type { Engine } from "../engine.ts";
import { explainLoading, unpackAddon } from "./addon.ts";
import { addon, workflowCode } from "./embedded.ts";
import type { TemporalEngineOptions } from "./options.ts";

/**
 * The distributed engine: executions live in Temporal, and any number of servers work on them. Loads the SDK, which
 * nothing else does. Throws `failed_precondition` when it cannot.
 */
export async function createTemporalEngine(options: TemporalEngineOptions): Promise<Engine> {
  const { taskQueue } = options.temporal;
  if (!/^[A-Za-z0-9_.-]{1,100}$/.test(taskQueue)) {
    throw new Failure("invalid_argument", `"${taskQueue}" cannot be a task queue`, {
      reason: "task-queue-invalid",
      hint: 'Use up to 100 letters, digits, "_", "." and "-"',
    });
  }
  const code = options.workflowCode ?? workflowCode;
  if (code === undefined) {
    throw new Failure("failed_precondition", "The workflows for Temporal are not built in", {
      reason: "temporal-not-built",
      hint: "Use the executable that `bun run build` makes",
    });
  }
  if (addon !== undefined) unpackAddon(addon, options.cache);
  try {
    const { QueueingEngine } = await import("./queue/queueing-engine.ts");
    return new QueueingEngine(options, code);
  } catch (error) {
    throw explainLoading(error, options.cache);
  }
}
