import type { Life } from "./server.ts";
import { must, mustEqual } from "./violation.ts";
import type { World } from "./world.ts";

/** One for the earliest timer, for another attempt to write, for what is kept too long, and for a stop. */
const mostTimers = 4;

/** After a step: what the engine has in memory is what is in the store, and no more than its bounds allow. */
export function checkMemory({ ledger }: World, { engine, clock, limits }: Life): void {
  const { executions, details, state } = engine.info();
  const sorted = (counts: Iterable<[string, number]>) => [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  mustEqual(
    sorted(Object.entries(executions)),
    sorted(ledger.live()),
    "Executions are not counted as they are",
  );
  must(clock.armed <= mostTimers, "The engine has more timers than it needs", clock.armed);
  const running = Number(details["activitiesRunning"]);
  must(running <= (limits.activities ?? 0), "More activities run than may", { running, ...limits });
  if (state !== "ready" || details["ready"] !== 0 || clock.deferred.length > 0) return;
  const loaded = Number(details["loaded"]);
  must(loaded <= (limits.cachedExecutions ?? 0), "More executions are in memory than may", {
    loaded,
    ...limits,
  });
  const { activities, due, deliveries } = ledger.underWay();
  mustEqual([due, deliveries], [0, 0], "What has to go on is forgotten");
  const known = running + Number(details["activitiesWaiting"]);
  must(activities <= known, "An activity in flight is forgotten", { activities, known });
}
