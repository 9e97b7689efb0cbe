import { breakDown, daysSinceEpoch, modulo } from "./calendar.ts";
import { composites, months, weekdays } from "./names.ts";

/** Broken down time as an array, and the text behind what the format took. */
export interface ParsedTime {
  readonly fields: number[];
  readonly rest: string;
}

/** Parses as glibc's `strptime` does in the C locale, or not at all. */
export function parseTime(text: string, format: string): ParsedTime | undefined {
  const parser = new TimeParser(text);
  return parser.take(format) ? { fields: parser.fields(), rest: text.slice(parser.at) } : undefined;
}

/** jq's marks for a day of the week and of the year that nothing was said of. */
const noWeekday = 8;
const noYearDay = 367;

class TimeParser {
  at = 0;
  private readonly text: string;
  private year = 1900;
  private month: number | undefined;
  private day: number | undefined;
  private hours = 0;
  private minutes = 0;
  private seconds = 0;
  private weekday: number | undefined;
  private yearDay: number | undefined;
  private century: number | undefined;
  /** Whether a year of two digits is to be put into the century. */
  private shortYear = false;
  private twelveHours = false;
  private afternoon = false;
  /** Whether the day of the week and of the year are to be computed. */
  private dated = false;
  private week: { readonly number: number; readonly firstWeekday: number } | undefined;

  constructor(text: string) {
    this.text = text;
  }

  take(format: string): boolean {
    for (let index = 0; index < format.length; index++) {
      const char = format[index]!;
      if (/[\t-\r ]/.test(char)) this.skipSpace();
      else if (char !== "%") {
        if (this.text[this.at++] !== char) return false;
      } else {
        do index++;
        while (/[-_0^#EO]/.test(format[index] ?? ""));
        if (!this.convert(format[index] ?? "")) return false;
      }
    }
    return true;
  }

  /** Only what was given counts; a year alone leaves day 0 of January, as in C. */
  fields(): number[] {
    if (this.twelveHours) this.hours = (this.hours % 12) + (this.afternoon ? 12 : 0);
    if (this.century !== undefined)
      this.year = this.century * 100 + (this.shortYear ? modulo(this.year, 100) : 0);
    this.completeDate();
    const { year, hours, minutes, seconds, weekday = noWeekday, yearDay = noYearDay } = this;
    return [year, this.month ?? 0, this.day ?? 0, hours, minutes, seconds, weekday, yearDay];
  }

  private completeDate(): void {
    const givenWeekday = this.weekday;
    if (this.dated && this.weekday === undefined && this.yearDay !== undefined) this.takeDateFromYearDay();
    const days = daysSinceEpoch(this.year, this.month ?? 0, this.day ?? 0);
    const firstDay = daysSinceEpoch(this.year, 0, 1);
    if (this.dated) {
      this.weekday ??= modulo(days + 4, 7);
      this.yearDay ??= days - firstDay;
    }
    if (!this.week || givenWeekday === undefined) return;
    if (this.month !== undefined && this.day !== undefined) return;
    const { number, firstWeekday } = this.week;
    const offset = modulo(modulo(firstDay + 4, 7) - firstWeekday, 7);
    this.yearDay = modulo(7 - offset, 7) + (number - 1) * 7 + modulo(givenWeekday - firstWeekday, 7);
    this.takeDateFromYearDay();
  }

  private takeDateFromYearDay(): void {
    if (this.month !== undefined && this.day !== undefined) return;
    const { month, day } = breakDown((daysSinceEpoch(this.year, 0, 1) + this.yearDay!) * 86_400);
    this.month ??= month;
    this.day ??= day;
  }

  private convert(letter: string): boolean {
    const composite = composites[letter];
    if (composite) return this.take(composite);
    return this.convertDate(letter) || this.convertTime(letter);
  }

  private convertDate(letter: string): boolean {
    switch (letter) {
      case "a":
      case "A":
        return this.name(weekdays, (index) => (this.weekday = index));
      case "b":
      case "B":
      case "h":
        return this.name(months, (index) => this.setDate({ month: index }));
      case "m":
        return this.number(1, 12, 2, (value) => this.setDate({ month: value - 1 }));
      case "d":
      case "e":
        return this.number(1, 31, 2, (value) => this.setDate({ day: value }));
      case "j":
        return this.number(1, 366, 3, (value) => (this.yearDay = value - 1));
      case "u":
      case "w":
        return this.number(
          letter === "u" ? 1 : 0,
          letter === "u" ? 7 : 6,
          1,
          (value) => (this.weekday = value % 7),
        );
      case "U":
      case "W":
        return this.number(0, 53, 2, (number) => {
          this.week = { number, firstWeekday: letter === "U" ? 0 : 1 };
        });
      case "V":
        return this.number(0, 53, 2, () => {});
      default:
        return this.convertYear(letter);
    }
  }

  private convertYear(letter: string): boolean {
    switch (letter) {
      case "C":
        return this.number(0, 99, 2, (value) => {
          this.century = value;
          this.dated = true;
        });
      case "y":
        return this.number(0, 99, 2, (value) => {
          this.shortYear = true;
          this.setDate({ year: value >= 69 ? 1900 + value : 2000 + value });
        });
      case "Y":
        return this.number(0, 9999, 4, (value) => {
          this.century = undefined;
          this.shortYear = false;
          this.setDate({ year: value });
        });
      case "g":
        return this.number(0, 99, 2, () => {});
      case "G":
        return this.number(0, 9999, 4, () => {});
      default:
        return false;
    }
  }

  private convertTime(letter: string): boolean {
    switch (letter) {
      case "H":
      case "k":
        return this.number(0, 23, 2, (value) => this.setHours(value, false));
      case "I":
      case "l":
        return this.number(1, 12, 2, (value) => this.setHours(value % 12, true));
      case "M":
        return this.number(0, 59, 2, (value) => (this.minutes = value));
      case "S":
        return this.number(0, 61, 2, (value) => (this.seconds = value));
      case "p":
        return this.name(["AM", "PM"], (index) => (this.afternoon = index === 1));
      case "s":
        return this.number(0, Number.MAX_SAFE_INTEGER, 16, (value) => this.setEpoch(value));
      case "n":
      case "t":
        this.skipSpace();
        return true;
      case "z":
        return this.pattern(/[\t-\r ]*(?:Z|[+-](?:\d{2}(?::?\d{2})?))/y);
      case "Z":
        return this.pattern(/[\t-\r ]*[^\t-\r ]*/y);
      case "%":
        return this.pattern(/%/y);
      default:
        return false;
    }
  }

  private setDate(date: { year?: number; month?: number; day?: number }): void {
    if (date.year !== undefined) this.year = date.year;
    if (date.month !== undefined) this.month = date.month;
    if (date.day !== undefined) this.day = date.day;
    this.dated = true;
  }

  private setHours(hours: number, twelve: boolean): void {
    this.hours = hours;
    this.twelveHours = twelve;
  }

  private setEpoch(value: number): void {
    const { year, month, day, hours, minutes, seconds, weekday, yearDay } = breakDown(value);
    Object.assign(this, { year, month, day, hours, minutes, seconds, weekday, yearDay });
  }

  private skipSpace(): void {
    this.pattern(/[\t-\r ]*/y);
  }

  /** A number of at most so many digits; as in C, no digit is taken that would pass the upper bound by a decade. */
  private number(from: number, to: number, digits: number, set: (value: number) => void): boolean {
    this.skipSpace();
    let value = 0;
    let count = 0;
    while (count < digits && (count === 0 || value * 10 <= to) && /\d/.test(this.text[this.at] ?? "")) {
      value = value * 10 + Number(this.text[this.at++]);
      count++;
    }
    if (count === 0 || value < from || value > to) return false;
    set(value);
    return true;
  }

  private name(names: readonly string[], set: (index: number) => void): boolean {
    const rest = this.text.slice(this.at, this.at + 10).toLowerCase();
    for (const [index, name] of names.entries()) {
      const found = [name, name.slice(0, 3)].find((each) => rest.startsWith(each.toLowerCase()));
      if (found === undefined) continue;
      this.at += found.length;
      set(index);
      return true;
    }
    return false;
  }

  private pattern(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (!match) return false;
    this.at += match[0].length;
    return true;
  }
}
