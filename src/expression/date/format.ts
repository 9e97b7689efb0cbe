import { type BrokenDown, daysSinceEpoch, modulo, secondsOf } from "./calendar.ts";
import { composites, months, weekdays } from "./names.ts";

/** Formats as glibc's `strftime` does in the C locale and UTC; what it does not know it leaves as it stands. */
export function formatTime(time: BrokenDown, format: string): string {
  return format.replaceAll(conversion, (whole, flags: string, width: string, letter: string) => {
    const composite = composites[letter];
    const field = composite ? { text: formatTime(time, composite), pad: " " } : fieldOf(time, letter);
    return field ? styled(field, flags, Number(width) || undefined) : whole;
  });
}

/** `%`, flags, a width, a modifier (which the C locale ignores), and a letter. */
const conversion = /%([_0^#-]*)(\d{0,4})[EO]?([a-zA-Z%])/g;

/** A conversion's text. Numbers have a width and what fills it up. */
interface Field {
  readonly text: string;
  readonly pad: string;
  readonly width?: number;
  /** What the `#` flag makes of it. */
  readonly swapped?: "upper" | "lower";
}

function styled(field: Field, flags: string, width: number | undefined): string {
  const last = flags.replaceAll(/[^_0-]/g, "").at(-1);
  const pad = last === "_" || last === "-" ? " " : last === "0" ? "0" : field.pad;
  const least = width ?? (last === "-" ? 0 : (field.width ?? 0));
  const upper = flags.includes("^") || (flags.includes("#") && field.swapped === "upper");
  const lower = flags.includes("#") && field.swapped === "lower";
  const text = upper ? field.text.toUpperCase() : lower ? field.text.toLowerCase() : field.text;
  const sign = pad === "0" && text.startsWith("-") ? "-" : "";
  return sign + text.slice(sign.length).padStart(least - sign.length, pad);
}

function number(value: number, width: number, pad = "0"): Field {
  return { text: String(value), width, pad };
}

function name(text: string | undefined, length?: number): Field {
  return { text: text?.slice(0, length) ?? "?", pad: " ", swapped: "upper" };
}

function fieldOf(time: BrokenDown, letter: string): Field | undefined {
  return letter in dateFields ? dateFields[letter]!(time) : timeFields[letter]?.(time);
}

type Fields = Readonly<Record<string, (time: BrokenDown) => Field>>;

const dateFields: Fields = {
  a: ({ weekday }) => name(weekdays[weekday], 3),
  A: ({ weekday }) => name(weekdays[weekday]),
  b: ({ month }) => name(months[month], 3),
  h: ({ month }) => name(months[month], 3),
  B: ({ month }) => name(months[month]),
  C: ({ year }) => number(Math.floor(year / 100), 2),
  d: ({ day }) => number(day, 2),
  e: ({ day }) => number(day, 2, " "),
  g: (time) => number(modulo(isoWeek(time).year, 100), 2),
  G: (time) => number(isoWeek(time).year, 4),
  j: ({ yearDay }) => number(yearDay + 1, 3),
  m: ({ month }) => number(month + 1, 2),
  u: ({ weekday }) => number(weekday || 7, 1),
  U: ({ yearDay, weekday }) => number(Math.floor((yearDay + 7 - weekday) / 7), 2),
  V: (time) => number(isoWeek(time).week, 2),
  w: ({ weekday }) => number(weekday, 1),
  W: ({ yearDay, weekday }) => number(Math.floor((yearDay + 7 - ((weekday + 6) % 7)) / 7), 2),
  y: ({ year }) => number(modulo(year, 100), 2),
  Y: ({ year }) => number(year, 4),
};

const timeFields: Fields = {
  H: ({ hours }) => number(hours, 2),
  I: ({ hours }) => number(hours12(hours), 2),
  k: ({ hours }) => number(hours, 2, " "),
  l: ({ hours }) => number(hours12(hours), 2, " "),
  M: ({ minutes }) => number(minutes, 2),
  n: () => ({ text: "\n", pad: " " }),
  p: ({ hours }) => ({ text: hours < 12 ? "AM" : "PM", pad: " ", swapped: "lower" }),
  P: ({ hours }) => ({ text: hours < 12 ? "am" : "pm", pad: " " }),
  s: (time) => number(secondsOf(time), 1),
  S: ({ seconds }) => number(seconds, 2),
  t: () => ({ text: "\t", pad: " " }),
  z: () => ({ text: "+0000", pad: "0" }),
  Z: () => ({ text: "UTC", pad: " ", swapped: "lower" }),
  "%": () => ({ text: "%", pad: " " }),
};

function hours12(hours: number): number {
  return modulo(hours, 12) || 12;
}

/** ISO 8601: weeks begin on Monday, and the first is the one with the year's first Thursday. */
function isoWeek({ year, yearDay, weekday }: BrokenDown): { year: number; week: number } {
  const thursday = yearDay - ((weekday + 6) % 7) + 3;
  if (thursday < 0) return { year: year - 1, week: Math.floor((thursday + daysIn(year - 1)) / 7) + 1 };
  if (thursday >= daysIn(year)) return { year: year + 1, week: 1 };
  return { year, week: Math.floor(thursday / 7) + 1 };
}

function daysIn(year: number): number {
  return daysSinceEpoch(year + 1, 0, 1) - daysSinceEpoch(year, 0, 1);
}
