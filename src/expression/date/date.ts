import { ExpressionError } from "../expression.ts";
import type { Json } from "../json.ts";
import { type BrokenDown, breakDown, secondsOf } from "./calendar.ts";
import { formatTime } from "./format.ts";
import { parseTime } from "./parse.ts";

/**
 * jq's date functions, with the formats of glibc. The zone is UTC, also where jq says "local": an execution must not
 * depend on where it runs. "Broken down time" is an array of year, month (0 to 11), day, hours, minutes, seconds (may
 * have a fraction), day of the week (0 is Sunday) and day of the year (from 0). All throw `ExpressionError` with jq's
 * words.
 */

/** Parses a text into broken down time; text left over, behind white space, is appended to it. */
export function strptime(text: Json, format: Json): Json[] {
  if (typeof text !== "string" || typeof format !== "string")
    throw failure("strptime/1 requires string inputs and arguments");
  const parsed = parseTime(text, format);
  if (!parsed || (parsed.rest !== "" && !/^[\t-\r ]/.test(parsed.rest)))
    throw failure(`date "${text}" does not match format "${format}"`);
  return parsed.rest === "" ? parsed.fields : [...parsed.fields, parsed.rest];
}

/** Formats broken down time, or seconds since the epoch. */
export function strftime(time: Json, format: Json): string {
  return formatted("strftime", typeof time === "number" ? gmtime(time) : time, format);
}

export function strflocaltime(time: Json, format: Json): string {
  return formatted("strflocaltime", typeof time === "number" ? localtime(time) : time, format);
}

/** Seconds since the epoch of a broken down time; fields that are missing are 0. */
export function mktime(time: Json): number {
  if (!Array.isArray(time)) throw failure("mktime requires array inputs");
  const fields = brokenDown(time);
  if (!fields) throw failure("mktime requires parsed datetime inputs");
  const seconds = secondsOf(fields);
  // C's timegm says -1 when it fails, and jq cannot tell that from the last second of 1969.
  if (seconds === -1) throw failure("invalid gmtime representation");
  return seconds;
}

/** Broken down time of seconds since the epoch; a fraction stays with the seconds. */
export function gmtime(seconds: Json): number[] {
  return brokenDownFrom("gmtime", seconds);
}

export function localtime(seconds: Json): number[] {
  return brokenDownFrom("localtime", seconds);
}

/** The years of C's `struct tm` are 32 bits wide. */
const furthestSeconds = 2 ** 31 * 31_556_952;

function brokenDownFrom(name: string, seconds: Json): number[] {
  if (typeof seconds !== "number") throw failure(`${name}() requires numeric inputs`);
  if (Math.abs(seconds) > furthestSeconds)
    throw failure("error converting number of seconds since epoch to datetime");
  const {
    year,
    month,
    day,
    hours,
    minutes,
    seconds: whole,
    weekday,
    yearDay,
  } = breakDown(Math.trunc(seconds) || 0);
  return [year, month, day, hours, minutes, whole + (seconds - Math.floor(seconds)), weekday, yearDay];
}

function formatted(name: string, time: Json, format: Json): string {
  const fields = Array.isArray(time) ? brokenDown(time) : undefined;
  if (!Array.isArray(time)) throw failure(`${name}/1 requires parsed datetime inputs`);
  if (typeof format !== "string") throw failure(`${name}/1 requires a string format`);
  if (!fields) throw failure(`${name}/1 requires parsed datetime inputs`);
  const { weekday, yearDay } = breakDown(secondsOf(fields));
  return formatTime({ ...fields, weekday, yearDay }, format);
}

/** Whole fields, cut to what C's `int` holds; days of the week and the year are computed, never taken. */
function brokenDown(time: readonly Json[]): BrokenDown | undefined {
  const fields: number[] = [];
  for (const [index, field] of time.slice(0, 8).entries()) {
    if (typeof field !== "number" || Number.isNaN(field)) return undefined;
    // C counts years from 1900, and a fraction is cut off towards that.
    const origin = index === 0 ? 1900 : 0;
    fields.push(origin + Math.trunc(Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, field - origin))));
  }
  const [year = 1900, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = fields;
  return { year, month, day, hours, minutes, seconds, weekday: 0, yearDay: 0 };
}

function failure(message: string): ExpressionError {
  return new ExpressionError(message, { kind: "evaluation" });
}
