import type { ActivityOptions, LocalActivityOptions } from "@temporalio/workflow";

/**
 * A server that dies is noticed by the heartbeats that stay away; then the activity runs again, with the same idempotency
 * key, on another. How long an activity may take is for the definition to say (`timeout`), so Temporal's own bound is wide.
 */
export function activityOptions(activityId?: string): ActivityOptions {
  return {
    ...(activityId !== undefined && { activityId }),
    startToCloseTimeout: "30 days",
    heartbeatTimeout: "20 s",
    cancellationType: "TRY_CANCEL",
    retry: { initialInterval: "1 s", backoffCoefficient: 2, maximumInterval: "30 s" },
  };
}

/** What the server does by itself: short, and tried until it works. */
export const hostOptions: ActivityOptions = {
  startToCloseTimeout: "30 s",
  retry: { initialInterval: "200 ms", backoffCoefficient: 2, maximumInterval: "10 s" },
};

/** What the server that has the workflow's task in hand answers at once, without Temporal in between. */
export const localOptions: LocalActivityOptions = {
  startToCloseTimeout: "10 s",
  retry: { initialInterval: "200 ms", backoffCoefficient: 2, maximumInterval: "10 s" },
};
