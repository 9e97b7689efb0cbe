import { usageError } from "./usage-error.ts";

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const longestMs = 2 ** 31 - 1;

/** Milliseconds of `500ms`, `2s`, `1m30s`, `1.5h`. Throws `invalid_argument`, naming the flag it was given to. */
export function parseDuration(text: string, flag: string, verb: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  const whole = parts.map((part) => part[0]).join("") === text && parts.length > 0;
  const ms = parts.reduce((sum, part) => sum + Number(part[1]) * unitsMs[part[2]!]!, 0);
  if (!whole || ms <= 0) {
    throw usageError(`"${text}" is not a duration for ${flag}`, verb, "Write it like 500ms, 2s, 1m30s or 1h");
  }
  if (ms > longestMs) throw usageError(`"${text}" is too long for ${flag}`, verb, "The longest is 24 days");
  return Math.ceil(ms);
}
