import { defaultPayloadConverter } from "@temporalio/common";
import type { temporal } from "@temporalio/proto";

type Payload = temporal.api.common.v1.IPayload;

/** The value of one payload, as the SDK writes them. */
export function decode<T>(payload: Payload | null | undefined): T | undefined {
  return payload ? defaultPayloadConverter.fromPayload<T>(payload as never) : undefined;
}

/** All values of an argument list. */
export function decodeAll(payloads: temporal.api.common.v1.IPayloads | null | undefined): unknown[] {
  return (payloads?.payloads ?? []).map((payload) => decode(payload));
}

/** ms since the epoch. */
export function instantOf(
  timestamp: { seconds?: unknown; nanos?: number | null } | null | undefined,
): number {
  if (!timestamp) return 0;
  return Number(timestamp.seconds ?? 0) * 1_000 + Math.floor((timestamp.nanos ?? 0) / 1_000_000);
}
