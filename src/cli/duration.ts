import { duration } from "../config/options.ts";
import { usageError } from "./usage-error.ts";

/** Milliseconds of `500ms`, `2s`, `1m30s`, more than zero. Throws `invalid_argument`, naming the flag it was given to. */
export function parseDuration(text: string, flag: string, verb: string): number {
  let ms: number;
  try {
    ms = duration(text);
  } catch (error) {
    throw usageError(`${flag}: ${(error as Error).message}`, verb);
  }
  if (ms <= 0) throw usageError(`${flag}: Expected more than zero, got "${text}"`, verb);
  return ms;
}

/** ms since the epoch of a time (RFC 3339), or of so long ago (`10m`). Throws `invalid_argument`, naming the flag. */
export function parseTime(text: string, flag: string, verb: string): number {
  const atMs = /^[\d.]+(?:ms|s|m|h|d)/.test(text)
    ? Date.now() - parseDuration(text, flag, verb)
    : Date.parse(text);
  if (!Number.isNaN(atMs)) return atMs;
  const hint = "Write a duration (10m) or a time (2026-01-31T12:00:00Z)";
  throw usageError(`"${text}" is not a time for ${flag}`, verb, hint);
}

/** `40ms`, `1.4s`, `12s`, `3m20s`, `5h`, `2d4h`: two units at most. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))}ms`;
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${(Math.floor(seconds * 10) / 10).toFixed(1)}s`;
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return pair(whole, 60, "m", 1, "s");
  if (whole < 86_400) return pair(whole, 3600, "h", 60, "m");
  return pair(whole, 86_400, "d", 3600, "h");
}

function pair(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)}${largeUnit}${rest === 0 ? "" : `${rest}${smallUnit}`}`;
}
