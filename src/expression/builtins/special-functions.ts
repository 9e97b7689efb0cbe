/** Γ(x), by Lanczos's approximation (g = 7, 9 terms); exact for small integers. */
export function gamma(x: number): number {
  if (Number.isInteger(x)) {
    if (x <= 0) return x === 0 ? 1 / x : Number.NaN;
    if (x <= 171) return factorial(x - 1);
  }
  if (x < 0.5) return Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x));
  const { series, base } = lanczos(x - 1);
  const half = base ** ((x - 0.5) / 2);
  return Math.sqrt(2 * Math.PI) * half * Math.exp(-base) * half * series;
}

/** ln |Γ(x)|. */
export function logGamma(x: number): number {
  if (Number.isInteger(x) && x <= 0) return Number.POSITIVE_INFINITY;
  if (!Number.isFinite(x)) return Math.abs(x);
  if (x === 1 || x === 2) return 0;
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  if (x < 100) return Math.log(gamma(x));
  const inverse = 1 / (x * x);
  const tail = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / x;
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + tail;
}

export function erf(x: number): number {
  if (Math.abs(x) > 2) return Math.sign(x) * (1 - erfc(Math.abs(x)));
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

export function erfc(x: number): number {
  if (x < 2) return 1 - erf(x);
  if (x > 27) return 0;
  // The continued fraction, from the far end.
  let rest = 0;
  for (let n = 120; n > 0; n--) rest = n / 2 / (x + rest);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + rest);
}

/** J_n(x), from Bessel's integral: the trapezoidal rule converges geometrically on a period. */
export function besselJ(order: number, x: number): number {
  if (Number.isNaN(x)) return x;
  if (!Number.isFinite(x)) return 0;
  const points = quadraturePoints(order, x);
  let sum = 0;
  for (let i = 0; i < points; i++) {
    const angle = (2 * Math.PI * i) / points;
    sum += Math.cos(order * angle - x * Math.sin(angle));
  }
  return sum / points;
}

/** Y_n(x) for x > 0, upward from Y_0 and Y_1. */
export function besselY(order: number, x: number): number {
  if (x < 0) return Number.NaN;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (!Number.isFinite(x)) return Number.isNaN(x) ? x : 0;
  if (order < 0) return (order % 2 === 0 ? 1 : -1) * besselY(-order, x);
  let before = yIntegral(0, x);
  if (order === 0) return before;
  let value = yIntegral(1, x);
  for (let n = 1; n < Math.min(order, 10_000); n++) [before, value] = [value, ((2 * n) / x) * value - before];
  return value;
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

function lanczos(x: number): { series: number; base: number } {
  const series = LANCZOS.reduce(
    (sum, coefficient, i) => sum + (i === 0 ? coefficient : coefficient / (x + i)),
    0,
  );
  return { series, base: x + 7.5 };
}

function factorial(n: number): number {
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
}

function quadraturePoints(order: number, x: number): number {
  return Math.min(100_000, 64 + 2 * Math.ceil(Math.abs(x) + Math.abs(order)));
}

/** Y_n(x) = (1/π) ∫₀^π sin(x sin θ - nθ) dθ - (1/π) ∫₀^∞ (e^{nt} + (-1)^n e^{-nt}) e^{-x sinh t} dt. */
function yIntegral(n: number, x: number): number {
  const sign = n % 2 === 0 ? 1 : -1;
  const oscillating = integral((theta) => Math.sin(x * Math.sin(theta) - n * theta), 0, Math.PI, x);
  const end = Math.asinh(800 / x);
  const decaying = integral(
    (t) => (Math.exp(n * t) + sign * Math.exp(-n * t)) * Math.exp(-x * Math.sinh(t)),
    0,
    end,
    0,
  );
  return (oscillating - decaying) / Math.PI;
}

/** Boole's rule. */
function integral(f: (x: number) => number, from: number, to: number, x: number): number {
  const steps = 4 * Math.min(25_000, 1_500 + Math.ceil(Math.abs(x) * 10));
  const width = (to - from) / steps;
  let sum = 7 * (f(from) + f(to));
  for (let i = 1; i < steps; i++) sum += f(from + i * width) * WEIGHTS[i % 4]!;
  return (sum * width * 2) / 45;
}

const WEIGHTS = [14, 32, 12, 32];
