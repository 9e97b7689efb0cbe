import { bounds, type NewEntry, type WorkflowName } from "../protocol.ts";
import { jsonBytes } from "./bytes.ts";

/** What keeps the index from taking these, which may replace some that are there; undefined: nothing. */
export function roomFor(there: readonly NewEntry[], given: readonly NewEntry[]): string | undefined {
  const entries = new Map(there.map((entry) => [keyOf(entry), entry]));
  for (const entry of given) entries.set(keyOf(entry), entry);
  if (entries.size > bounds.catalogEntries) {
    return `At most ${bounds.catalogEntries} versions of workflows are kept, these make ${entries.size}`;
  }
  const bytes = jsonBytes(JSON.stringify([...entries.values()])) + entries.size * timesBytes;
  if (bytes <= bounds.payloadBytes) return undefined;
  return (
    `The index of all versions would have ${bytes} bytes, ${bounds.payloadBytes} is what Temporal takes; ` +
    "titles and summaries are a part of it"
  );
}

/** Of what an entry gets beside: when it was made and changed. */
const timesBytes = 60;

export const keyOf = ({ namespace, name, version }: WorkflowName) =>
  JSON.stringify([namespace, name, version]);
