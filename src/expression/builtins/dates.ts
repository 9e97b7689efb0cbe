import { gmtime, localtime, mktime, strflocaltime, strftime, strptime } from "../date/date.ts";
import type { Json } from "../json.ts";
import { adopt } from "../raised.ts";
import { isArray, isLiteral, type Value } from "../value/value.ts";
import { type Builtins, binary, unary } from "./builtin.ts";

/** Times, in UTC. "Broken down time" is an array: year, month from 0, day, hours, minutes, seconds, … */
export const DATES: Builtins = {
  "mktime/0": unary((input) => adopt(() => mktime(plain(input)))),
  "gmtime/0": unary((input) => adopt(() => gmtime(plain(input)))),
  "localtime/0": unary((input) => adopt(() => localtime(plain(input)))),
  "strptime/1": binary((input, format) => adopt(() => strptime(plain(input), plain(format)))),
  "strftime/1": binary((input, format) => adopt(() => strftime(plain(input), plain(format)))),
  "strflocaltime/1": binary((input, format) => adopt(() => strflocaltime(plain(input), plain(format)))),
};

/** Dates are calculated with doubles. */
function plain(value: Value): Json {
  if (isLiteral(value)) return value.double;
  return (isArray(value) ? value.map(plain) : value) as Json;
}
