import { standardError, WorkflowFault } from "../dsl/error.ts";
import type { Json, JsonObject } from "../expression/json.ts";
import type { TaskSlot } from "./site.ts";

/** A duration of the definition: known from the start, or what a runtime expression gives. */
export type DurationSlot = { readonly ms: number } | { readonly slot: TaskSlot };

const second = 1000;
const day = 86_400 * second;

/** Longest duration, so that instants stay within what a date can hold. */
const longest = 1000 * 365 * day;

const units: Readonly<Record<string, number>> = {
  days: day,
  hours: 3600 * second,
  minutes: 60 * second,
  seconds: second,
  milliseconds: 1,
};

/** Years, months, weeks, days; hours, minutes, seconds. */
const iso = new RegExp(
  /^P(?=.)(?:([\d.]+)Y)?(?:([\d.]+)M)?(?:([\d.]+)W)?(?:([\d.]+)D)?/.source +
    /(?:T(?=.)(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?$/.source,
);
const isoUnits = [365 * day, 30 * day, 7 * day, day, 3600 * second, 60 * second, second];

/**
 * Milliseconds of a duration (dsl-reference.md "Duration"): an object of units or ISO 8601. A year counts 365
 * days and a month 30, since a duration stands for itself here, not for a place in a calendar. Null when it
 * is not a duration.
 */
export function durationMs(value: Json): number | null {
  const ms = typeof value === "string" ? isoMs(value) : unitsMs(value);
  return ms === null || !Number.isFinite(ms) || ms < 0 ? null : Math.min(Math.round(ms), longest);
}

/** Like `durationMs`; what is not a duration faults with an expression error at `instance`. */
export function requireDuration(value: Json, label: string, instance: string): number {
  const ms = durationMs(value);
  if (ms !== null) return ms;
  const detail = `${label}: not a duration: ${JSON.stringify(value)}; write {"seconds": 5} or "PT5S"`;
  throw new WorkflowFault(standardError("expression", detail, { instance }));
}

function isoMs(text: string): number | null {
  const match = iso.exec(text.trim());
  if (!match) return null;
  return isoUnits.reduce((sum, unit, index) => sum + Number(match[index + 1] ?? 0) * unit, 0);
}

function unitsMs(value: Json): number | null {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
  let sum = 0;
  for (const [name, amount] of Object.entries(value as JsonObject)) {
    const unit = units[name];
    if (unit === undefined || typeof amount !== "number") return null;
    sum += amount * unit;
  }
  return sum;
}
