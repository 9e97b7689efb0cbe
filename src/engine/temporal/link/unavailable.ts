import { Failure } from "../../../failure.ts";
import type { LinkStatus } from "./session.ts";

/** What a call is answered with while there is no connection: why, and when the next attempt is. */
export function unavailable(address: string, status: LinkStatus, nowMs: number): Failure {
  const { state, lastError, nextAttemptAt } = status;
  if (state === "closed") {
    const options = { reason: "engine-stopping", hint: "Call again" };
    return new Failure("unavailable", "The server is stopping", options);
  }
  const waitMs = nextAttemptAt === undefined ? 0 : Math.max(0, nextAttemptAt - nowMs);
  const next = waitMs > 0 ? `in ${Math.ceil(waitMs / 1000)} s` : "under way";
  const why = lastError ?? "the connection is being made";
  return new Failure(
    "unavailable",
    `Temporal at "${address}" cannot be used: ${why}; the next attempt is ${next}`,
    {
      ...(state === "rejected"
        ? {
            reason: "temporal-rejected",
            hint: "Correct it, then run `pawl server restart`; `pawl doctor` goes to Temporal step by step",
          }
        : {
            reason: "temporal-unavailable",
            hint: "Start it again later; `pawl server status` shows the connection",
          }),
      details: { state, nextAttemptInMs: waitMs },
    },
  );
}
