import { constant } from "../compiler/code.ts";
import { raiseAbout } from "../raised.ts";
import { negate } from "../value/arithmetic.ts";
import { compare } from "../value/order.ts";
import { isLiteral, toDouble, type Value } from "../value/value.ts";
import { besselJ, besselY } from "./bessel.ts";
import { type Builtin, type Builtins, nary, unary } from "./builtin.ts";
import { ONE_ARGUMENT, TWO_ARGUMENTS } from "./c-functions.ts";
import { fraction as mantissa } from "./floating-point.ts";
import { gamma, logGamma } from "./special-functions.ts";

/** Numbers: C's mathematical functions under their C names. */
export const MATH: Builtins = {
  "infinite/0": () => constant(Number.POSITIVE_INFINITY),
  "nan/0": () => constant(Number.NaN),
  "isinfinite/0": unary((input) => Math.abs(toDouble(input) ?? 0) === Number.POSITIVE_INFINITY),
  "isnan/0": unary((input) => Number.isNaN(toDouble(input) ?? 0)),
  "isnormal/0": unary((input) => {
    const size = Math.abs(toDouble(input) ?? 0);
    return size >= SMALLEST_NORMAL && size !== Number.POSITIVE_INFINITY;
  }),
  "isfinite/0": unary((input) => {
    const number = toDouble(input);
    return number !== undefined && Math.abs(number) !== Number.POSITIVE_INFINITY;
  }),
  "abs/0": unary((input, run) => {
    if (typeof input === "number") return input < 0 ? -input : input === 0 ? 0 : input;
    if (isLiteral(input)) return input.decimal.negative ? input.negated() : input;
    return compare(input, 0, run) < 0 ? negate(input) : input;
  }),
  ...families(),
  "frexp/0": unary((input) => mantissa(required(input))),
  "modf/0": unary((input) => {
    const value = required(input);
    const whole = Math.trunc(value);
    const fraction = Number.isFinite(value) ? Math.abs(value - whole) : Number.isNaN(value) ? value : 0;
    return [value < 0 || Object.is(value, -0) ? -fraction : fraction, whole];
  }),
  "j0/0": unary((input, run) => besselJ(0, required(input), run)),
  "j1/0": unary((input, run) => besselJ(1, required(input), run)),
  "y0/0": unary((input, run) => besselY(0, required(input), run)),
  "y1/0": unary((input, run) => besselY(1, required(input), run)),
  "jn/2": nary((_input, [n, x], run) => besselJ(Math.trunc(required(n!)), required(x!), run)),
  "yn/2": nary((_input, [n, x], run) => besselY(Math.trunc(required(n!)), required(x!), run)),
  "lgamma_r/0": unary((input) => {
    const value = required(input);
    return [logGamma(value), gamma(value) < 0 ? -1 : 1];
  }),
};

const SMALLEST_NORMAL = 2.2250738585072014e-308;

function families(): Builtins {
  const functions: Record<string, Builtin> = {};
  for (const [name, calculate] of Object.entries(ONE_ARGUMENT)) {
    functions[`${name}/0`] = unary((input) => calculate(required(input)));
  }
  for (const [name, calculate] of Object.entries(TWO_ARGUMENTS)) {
    functions[`${name}/2`] = nary((_input, [a, b]) => calculate(required(a!), required(b!)));
  }
  functions["fma/3"] = nary((_input, [a, b, c]) => required(a!) * required(b!) + required(c!));
  return functions;
}

function required(value: Value): number {
  return toDouble(value) ?? raiseAbout("", value, " number required");
}
