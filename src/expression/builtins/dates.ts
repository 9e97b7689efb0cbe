import { gmtime, localtime, mktime, strflocaltime, strftime, strptime } from "../date/date.ts";
import type { Json } from "../json.ts";
import { adopt } from "../raised.ts";
import type { Run } from "../run.ts";
import { isArray, isLiteral, type Value } from "../value/value.ts";
import { type Builtins, binary, unary } from "./builtin.ts";

/** Times, in UTC. "Broken down time" is an array: year, month from 0, day, hours, minutes, seconds, … */
export const DATES: Builtins = {
  "mktime/0": unary(dated(mktime)),
  "gmtime/0": unary(dated(gmtime)),
  "localtime/0": unary(dated(localtime)),
  "strptime/1": binary(formatted(strptime)),
  "strftime/1": binary(formatted(strftime)),
  "strflocaltime/1": binary(formatted(strflocaltime)),
};

/** Steps of one calculation with a date, and of what one character of a format may ask for. */
const CALCULATION = 16;
const CONVERSION = 3;

function dated(calculate: (input: Json) => Value): (input: Value, run: Run) => Value {
  return (input, run) => {
    run.spend(CALCULATION);
    return adopt(() => calculate(plain(input)));
  };
}

function formatted(convert: (input: Json, format: Json) => Value) {
  return (input: Value, format: Value, run: Run): Value => {
    run.spend(CALCULATION + (typeof format === "string" ? CONVERSION * format.length : 0));
    if (typeof input === "string") run.spend(input.length >> 2);
    return adopt(() => convert(plain(input), plain(format)));
  };
}

/** Dates are calculated with doubles. */
function plain(value: Value): Json {
  if (isLiteral(value)) return value.double;
  return (isArray(value) ? value.map(plain) : value) as Json;
}
