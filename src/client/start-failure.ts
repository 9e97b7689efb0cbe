import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import type { Home } from "../config/home.ts";
import { Failure } from "../failure.ts";

/**
 * How the last start failed, kept in `start.lock` itself. Who already waited when it happened takes it as his own answer:
 * fifty clients must not start a broken server fifty times.
 */
interface Record {
  readonly atNs: string;
  readonly wallMs: number;
  readonly message: string;
  readonly reason: string | undefined;
  readonly hint: string | undefined;
}

const maxBytes = 64 * 1024;
/** Older than this it is of another boot, whose monotonic clock says nothing here. */
const maxAgeMs = 600_000;

/** On the system's monotonic clock, which all processes share. */
export const processStartNs: bigint = process.hrtime.bigint() - BigInt(Math.round(performance.now() * 1e6));

/** Called while `start.lock` is held. */
export function recordStartFailure(home: Home, failure: Failure): void {
  const { message, reason, hint } = failure;
  const record: Record = { atNs: String(process.hrtime.bigint()), wallMs: Date.now(), message, reason, hint };
  try {
    writeFileSync(home.startLock, JSON.stringify(record), { flag: "r+" });
    truncateSync(home.startLock, Buffer.byteLength(JSON.stringify(record)));
  } catch {
    // Then the next client finds out for itself.
  }
}

export function clearStartFailure(home: Home): void {
  try {
    truncateSync(home.startLock, 0);
  } catch {
    // Its age will tell.
  }
}

/** The failure of a start that ended after `sinceNs`. Called while `start.lock` is held. */
export function startFailureSince(home: Home, sinceNs: bigint): Failure | undefined {
  try {
    if (Bun.file(home.startLock).size > maxBytes) return undefined;
    const { atNs, wallMs, message, reason, hint } = JSON.parse(
      readFileSync(home.startLock, "utf8"),
    ) as Record;
    if (BigInt(atNs) < sinceNs || Math.abs(Date.now() - wallMs) > maxAgeMs) return undefined;
    return new Failure("unavailable", String(message), { reason, hint });
  } catch {
    return undefined;
  }
}
