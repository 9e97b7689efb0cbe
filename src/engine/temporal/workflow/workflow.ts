import { proxyActivities } from "@temporalio/workflow";
import type { JsonObject } from "../../../expression/json.ts";
import type { ActivityOrder, Carried, HostActivities, Origin, Pinned, StoredSource } from "../protocol.ts";
import { activityOptions } from "./activities.ts";
import { runExecution } from "./execution.ts";

export { catalog } from "./catalog.ts";
export { news } from "./news.ts";

/** Every workflow type that is not named here is an execution of the workflow of that name. */
export default async function execution(pinned: Pinned, origin: Origin, carried?: Carried): Promise<unknown> {
  return runExecution(pinned, origin, carried);
}

/** Keeps the text of one definition: its argument, for as long as nobody ends it. */
export async function definition(_source: StoredSource): Promise<void> {
  await new Promise(() => {});
}

/** Keeps one CloudEvent: its argument, for as long as Temporal keeps what has ended. */
export async function event(_event: JsonObject): Promise<void> {}

/** An activity that outlives the execution which asked for it. */
export async function detached(order: ActivityOrder): Promise<void> {
  await proxyActivities<HostActivities>(activityOptions(order.activity)).run(order);
}
