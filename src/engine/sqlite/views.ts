import { Failure } from "../../failure.ts";
import type { LifecycleRecord } from "../../workflow/lifecycle.ts";
import type { ExecutionView, HistoryRecord } from "../engine.ts";
import type { Catalog } from "./catalog.ts";
import { type ExecutionRow, inputOf, outcomeOf, type Subject, statuses } from "./executions.ts";
import { formatCursor } from "./records.ts";

/** An execution as the seam shows it. */
export async function executionView(row: ExecutionRow, catalog: Catalog): Promise<ExecutionView> {
  const outcome = outcomeOf(row);
  const error = outcome?.status === "faulted" ? outcome.error : undefined;
  const instance = error?.instance;
  return {
    id: row.id,
    status: statuses[row.status] ?? "pending",
    namespace: row.namespace,
    name: row.name,
    version: row.version,
    revision: row.hash,
    input: inputOf(row),
    ...(outcome?.status === "completed" && { output: outcome.output }),
    ...(error && { error }),
    ...(instance && { errorPosition: (await catalog.obtain(row.hash)).place(instance) }),
    ...(row.parent !== null && { parent: row.parent }),
    startedAt: row.started_at,
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
  };
}

export function historyRecord(
  { id, namespace, name, version }: Subject,
  position: number,
  index: number,
  record: LifecycleRecord,
): HistoryRecord {
  return { cursor: formatCursor(position, index), execution: id, namespace, name, version, record };
}

/** What calls are answered with once the engine stops. */
export const stopping = () =>
  new Failure("unavailable", "The server is stopping", { reason: "engine-stopping", hint: "Call again" });
