import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import type { Home } from "../config/home.ts";
import { Failure } from "../failure.ts";

/**
 * How the last start failed, kept in `start.lock` itself. Who already waited when it happened takes it as his own answer:
 * fifty clients must not start a broken server fifty times.
 */
interface Record {
  /** ms since the epoch. */
  readonly atMs: number;
  readonly message: string;
  readonly reason: string | undefined;
  readonly hint: string | undefined;
}

const maxBytes = 64 * 1024;
/** Nobody waits that long, so an older one is of a clock that was set since. */
const maxAgeMs = 600_000;

/** Called while `start.lock` is held. */
export function recordStartFailure(home: Home, failure: Failure): void {
  const { message, reason, hint } = failure;
  const record: Record = { atMs: Date.now(), message, reason, hint };
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

/** The failure of a start that ended after `sinceMs`, our own beginning. Called while `start.lock` is held. */
export function startFailureSince(home: Home, sinceMs: number): Failure | undefined {
  try {
    if (Bun.file(home.startLock).size > maxBytes) return undefined;
    const { atMs, message, reason, hint } = JSON.parse(readFileSync(home.startLock, "utf8")) as Record;
    const ageMs = Date.now() - atMs;
    if (!(atMs >= sinceMs && ageMs >= 0 && ageMs <= maxAgeMs)) return undefined;
    return new Failure("unavailable", String(message), { reason, hint });
  } catch {
    return undefined;
  }
}
