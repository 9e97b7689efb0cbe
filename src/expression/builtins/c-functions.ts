import { binaryExponent, ldexp, nextAfter, remainder, roundHalfEven } from "./floating-point.ts";
import { erf, erfc, gamma, logGamma } from "./special-functions.ts";

/** C's functions of one double. */
export const ONE_ARGUMENT: Readonly<Record<string, (value: number) => number>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  round: (value) => Math.sign(value) * Math.floor(Math.abs(value) + 0.5),
  trunc: Math.trunc,
  rint: roundHalfEven,
  nearbyint: roundHalfEven,
  fabs: Math.abs,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  exp: Math.exp,
  exp2: (value) => 2 ** value,
  exp10: (value) => 10 ** value,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  logb: (value) => (value === 0 ? Number.NEGATIVE_INFINITY : binaryExponent(value)),
  significand: (value) =>
    value === 0 || !Number.isFinite(value) ? value : ldexp(value, -binaryExponent(value)),
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  tgamma: gamma,
  lgamma: logGamma,
  gamma: logGamma,
  erf,
  erfc,
};

/** C's functions of two doubles. */
export const TWO_ARGUMENTS: Readonly<Record<string, (a: number, b: number) => number>> = {
  pow: (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY) ? 1 : a ** b),
  atan2: Math.atan2,
  hypot: Math.hypot,
  fmod: (a, b) => a % b,
  fmin: (a, b) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b)),
  fmax: (a, b) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b)),
  fdim: (a, b) => (a > b ? a - b : Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : 0),
  copysign: (a, b) => (Object.is(Math.sign(b), -0) || b < 0 ? -Math.abs(a) : Math.abs(a)),
  drem: remainder,
  remainder,
  ldexp,
  scalb: (value, exponent) =>
    Number.isInteger(exponent) ? ldexp(value, exponent) : scalbOdd(value, exponent),
  scalbln: ldexp,
  nextafter: nextAfter,
  nexttoward: nextAfter,
};

function scalbOdd(value: number, exponent: number): number {
  return Number.isFinite(exponent) ? Number.NaN : value * 2 ** exponent;
}
