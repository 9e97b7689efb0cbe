import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineUpdate,
  setHandler,
  workflowInfo,
} from "@temporalio/workflow";
import { type Action, type CatalogEntry, type NewEntry, names, type WorkflowName } from "../protocol.ts";
import { keyOf, roomFor } from "./room.ts";

const applyUpdate = defineUpdate<Action[], [NewEntry[]]>(names.apply);
const removeUpdate = defineUpdate<WorkflowName[], [WorkflowName[]]>(names.remove);
const entriesQuery = defineQuery<CatalogEntry[]>(names.entries);

/** Which definitions there are: one workflow for a task queue, so that an apply of several is one change. */
export async function catalog(carried: readonly CatalogEntry[] = []): Promise<void> {
  const entries = new Map(carried.map((entry) => [keyOf(entry), entry]));
  setHandler(entriesQuery, () => [...entries.values()]);
  setHandler(applyUpdate, (given) => apply(entries, given), {
    validator: (given) => checkRoom(entries, given),
  });
  setHandler(removeUpdate, (given) => given.filter((name) => entries.delete(keyOf(name))));
  await condition(() => workflowInfo().historyLength > 2_000 || workflowInfo().continueAsNewSuggested);
  await condition(allHandlersFinished);
  await continueAsNew<typeof catalog>([...entries.values()]);
}

function apply(entries: Map<string, CatalogEntry>, given: readonly NewEntry[]): Action[] {
  const now = Date.now();
  return given.map((entry) => {
    const there = entries.get(keyOf(entry));
    const same = there?.revision === entry.revision;
    const updatedAt = same ? there.updatedAt : now;
    entries.set(keyOf(entry), { ...entry, createdAt: there?.createdAt ?? now, updatedAt });
    if (!there) return "created";
    return same ? "unchanged" : "configured";
  });
}

function checkRoom(entries: ReadonlyMap<string, CatalogEntry>, given: readonly NewEntry[]): void {
  const lacking = roomFor([...entries.values()], given);
  if (lacking !== undefined) throw ApplicationFailure.nonRetryable(lacking, names.catalogFull);
}
