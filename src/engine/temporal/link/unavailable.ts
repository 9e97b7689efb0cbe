import { Failure } from "../../../failure.ts";
import { backoffMs, rejectedMs } from "./backoff.ts";
import { periods } from "./periods.ts";
import type { LinkStatus } from "./session.ts";

/** What a call is answered with while there is no connection: why, and when the next attempt is. */
export function unavailable(address: string, status: LinkStatus, nowMs: number): Failure {
  const { state, lastError, nextAttemptAt } = status;
  if (state === "closed") {
    const options = { reason: "engine-stopping", hint: "Call again" };
    return new Failure("unavailable", "The server is stopping", options);
  }
  const waitMs = nextAttemptAt === undefined ? 0 : Math.max(0, nextAttemptAt - nowMs);
  const why = lastError ?? "the connection is being made";
  return new Failure(
    "unavailable",
    `Temporal at "${address}" cannot be used: ${why}; ${nextAttempt(status, nowMs)}`,
    {
      ...(state === "rejected"
        ? {
            reason: "temporal-rejected",
            hint: "Correct it, then run `pawl server restart`; `pawl doctor` goes to Temporal step by step",
          }
        : {
            reason: "temporal-unavailable",
            hint: "Try again then; `pawl server status` shows the connection",
          }),
      details: { state, nextAttemptInMs: waitMs },
    },
  );
}

/** Always with a time, by which whoever was refused can try again. */
function nextAttempt(
  { state, attempts, isAttempting, nextAttemptAt = 0 }: LinkStatus,
  nowMs: number,
): string {
  const seconds = (ms: number) => `${Math.max(1, Math.ceil(ms / 1000))} s`;
  if (!isAttempting) {
    const most = state === "unhealthy" ? "at most " : "";
    return `the next attempt is in ${most}${seconds(nextAttemptAt - nowMs)}`;
  }
  const pauseMs = state === "rejected" ? rejectedMs : backoffMs(attempts + 1, 1);
  const latestMs = Math.max(0, nextAttemptAt + periods.dialMs - nowMs) + pauseMs;
  return `the next attempt is under way, the one after it in at most ${seconds(latestMs)}`;
}
