import { condition, continueAsNew, defineSignal, setHandler, workflowInfo } from "@temporalio/workflow";
import { type NewsItem, names } from "../protocol.ts";

const readingSignal = defineSignal(names.reading);
const toldSignal = defineSignal<[NewsItem]>(names.told);

/** Signals that one run takes. */
const longest = 2_000;

/**
 * Where the servers of a task queue tell each other which executions told something. It is there while somebody reads, and
 * says so from time to time; what is told stands in its history.
 */
export async function news(): Promise<void> {
  let readings = 0;
  setHandler(readingSignal, () => {
    readings += 1;
  });
  setHandler(toldSignal, () => {});
  const isLong = () => workflowInfo().historyLength > longest || workflowInfo().continueAsNewSuggested;
  for (let seen = -1; seen < readings && !isLong(); ) {
    seen = readings;
    await condition(() => readings > seen || isLong(), "60 s");
  }
  if (isLong()) await continueAsNew<typeof news>();
}
