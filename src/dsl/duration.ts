import type { Duration } from "./types.ts";

const pattern =
  /^P(?=[\dT])(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?=\d)(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Of years, months, weeks, days, hours, minutes, seconds. A duration has no calendar: a year has 365 days, a month 30. */
const unitsMs = [365 * dayMs, 30 * dayMs, 7 * dayMs, dayMs, hourMs, minuteMs, secondMs];

/** Milliseconds of a duration (dsl-reference.md "Duration"), undefined for a text that is not ISO 8601. */
export function durationMs(duration: Duration): number | undefined {
  if (typeof duration === "string") return iso8601Ms(duration);
  const { days = 0, hours = 0, minutes = 0, seconds = 0, milliseconds = 0 } = duration;
  return days * dayMs + hours * hourMs + minutes * minuteMs + seconds * secondMs + milliseconds;
}

export function isDuration(text: string): boolean {
  return iso8601Ms(text) !== undefined;
}

function iso8601Ms(text: string): number | undefined {
  const parts = pattern.exec(text);
  if (parts === null) return undefined;
  return Math.round(unitsMs.reduce((sum, unit, index) => sum + unit * Number(parts[index + 1] ?? 0), 0));
}
