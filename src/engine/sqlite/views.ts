import type { Json } from "../../expression/json.ts";
import { Failure } from "../../failure.ts";
import type { LifecycleRecord } from "../../workflow/lifecycle.ts";
import type { ExecutionView, HistoryRecord } from "../engine.ts";
import type { Catalog } from "./catalog.ts";
import { checkWhole, type ExecutionRow, outcomeOf, type Subject, statuses } from "./executions.ts";
import { formatCursor } from "./records.ts";
import { isDamaged } from "./sum.ts";

/** An execution as the seam shows it; its data is parsed when it is asked for, which may be long. Rejects `data_loss`. */
export async function executionView(row: ExecutionRow, catalog: Catalog): Promise<ExecutionView> {
  checkWhole(row);
  const status = statuses[row.status] ?? "pending";
  const outcome = status === "faulted" ? outcomeOf(row) : undefined;
  const error = outcome?.status === "faulted" ? outcome.error : undefined;
  const instance = error?.instance;
  const output = status === "completed" ? outputText(row) : undefined;
  const view = {
    id: row.id,
    status,
    namespace: row.namespace,
    name: row.name,
    version: row.version,
    revision: row.hash,
    ...(error && { error }),
    ...(instance && { errorPosition: (await catalog.obtain(row.hash)).place(instance) }),
    ...(row.parent !== null && { parent: row.parent }),
    startedAt: row.started_at,
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
  };
  parsedLate(view, "input", row.input);
  if (output !== undefined) parsedLate(view, "output", output);
  Object.defineProperty(view, "texts", { value: { input: row.input, output } });
  return view as ExecutionView;
}

/** The same for a list, which one that is damaged does not keep from the others: it is there without data. */
export async function listedView(row: ExecutionRow, catalog: Catalog): Promise<ExecutionView> {
  try {
    return await executionView(row, catalog);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    return {
      id: row.id,
      status: statuses[row.status] ?? "pending",
      namespace: row.namespace,
      name: row.name,
      version: row.version,
      revision: row.hash,
      input: null,
      damage: error.message,
      ...(row.parent !== null && { parent: row.parent }),
      startedAt: row.started_at,
      ...(row.ended_at !== null && { endedAt: row.ended_at }),
    };
  }
}

function parsedLate(view: object, name: "input" | "output", text: string): void {
  let parsed: Json | undefined;
  const get = () => {
    parsed ??= JSON.parse(text) as Json;
    return parsed;
  };
  Object.defineProperty(view, name, { enumerable: true, get });
}

const beforeOutput = '{"status":"completed","output":';

/** JSON of a completed execution's output, as it stands in that of the outcome. */
function outputText(row: ExecutionRow): string | undefined {
  const { outcome } = row;
  if (outcome?.startsWith(beforeOutput)) return outcome.slice(beforeOutput.length, -1);
  const parsed = outcomeOf(row);
  return parsed?.status === "completed" ? JSON.stringify(parsed.output) : undefined;
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
