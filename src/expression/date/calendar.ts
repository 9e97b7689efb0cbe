/** A point in time, field by field, in UTC. Fields may be out of range where they come from outside. */
export interface BrokenDown {
  readonly year: number;
  /** 0 to 11. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** From 0. */
  readonly yearDay: number;
}

const secondsPerDay = 86_400;
/** 1970-01-01 was a Thursday. */
const weekdayOfEpoch = 4;

/** Whole seconds since the epoch; fields out of range carry over. */
export function secondsOf({ year, month, day, hours, minutes, seconds }: BrokenDown): number {
  return daysSinceEpoch(year, month, day) * secondsPerDay + hours * 3600 + minutes * 60 + seconds;
}

/** The fields of whole seconds since the epoch. */
export function breakDown(seconds: number): BrokenDown {
  const days = Math.floor(seconds / secondsPerDay);
  const rest = seconds - days * secondsPerDay;
  const { year, month, day } = dateOf(days);
  return {
    year,
    month,
    day,
    hours: Math.floor(rest / 3600),
    minutes: Math.floor((rest % 3600) / 60),
    seconds: rest % 60,
    weekday: modulo(days + weekdayOfEpoch, 7),
    yearDay: days - daysSinceEpoch(year, 0, 1),
  };
}

/** Days since the epoch in the proleptic Gregorian calendar; months and days out of range carry over. */
export function daysSinceEpoch(year: number, month: number, day: number): number {
  const monthsFromMarch = month - 2;
  const marchYear = year + Math.floor(monthsFromMarch / 12);
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const daysOfMonths = Math.floor((153 * modulo(monthsFromMarch, 12) + 2) / 5);
  return marchYear * 365 + leapDays + daysOfMonths + day - 1 - daysToEpoch;
}

/** From March 1 of year 0 to the epoch. */
const daysToEpoch = 719_468;
const daysPerEra = 146_097;

/** Years begin in March here, so that a leap day is the last of its year; an era is 400 of them. */
function dateOf(days: number): { year: number; month: number; day: number } {
  const era = Math.floor((days + daysToEpoch) / daysPerEra);
  const dayOfEra = days + daysToEpoch - era * daysPerEra;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = (monthFromMarch + 2) % 12;
  return { year: era * 400 + yearOfEra + (month < 2 ? 1 : 0), month, day };
}

export function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
