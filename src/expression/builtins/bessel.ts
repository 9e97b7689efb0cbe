import type { Run } from "../run.ts";

/** J_n(x). Large arguments take Hankel's expansion, all others Bessel's integral, and orders below x a recurrence. */
export function besselJ(order: number, x: number, run: Run): number {
  if (Number.isNaN(x)) return x;
  if (order < 0) return (order % 2 === 0 ? 1 : -1) * besselJ(-order, x, run);
  if (x < 0) return (order % 2 === 0 ? 1 : -1) * besselJ(order, -x, run);
  if (!Number.isFinite(x)) return 0;
  if (order > 1 && order < x) return recurrence(order, x, run, (n) => besselJ(n, x, run));
  if (x > FAR && order <= 1) return hankel(order, x, Math.cos, Math.sin, -1);
  if (order > 2 * x + 400) return 0;
  const points = 64 + 2 * Math.ceil(x + order);
  run.spend(points);
  let sum = 0;
  for (let i = 0; i < points; i++) {
    const angle = (2 * Math.PI * i) / points;
    sum += Math.cos(order * angle - x * Math.sin(angle));
  }
  return sum / points;
}

/** Y_n(x) for x > 0, upward from Y_0 and Y_1. */
export function besselY(order: number, x: number, run: Run): number {
  if (x < 0 || Number.isNaN(x)) return Number.NaN;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (!Number.isFinite(x)) return 0;
  if (order < 0) return (order % 2 === 0 ? 1 : -1) * besselY(-order, x, run);
  if (order > 1) return recurrence(order, x, run, (n) => besselY(n, x, run));
  if (x > FAR) return hankel(order, x, Math.sin, Math.cos, 1);
  run.spend(8_000);
  return yIntegral(order, x);
}

/** From here on Hankel's asymptotic expansion is as exact as a double. */
const FAR = 30;

/** √(2/πx) (P·f(χ) ± Q·g(χ)) with χ = x - (n/2 + 1/4)π, f and g being sine and cosine. */
function hankel(
  order: number,
  x: number,
  f: (x: number) => number,
  g: (x: number) => number,
  sign: number,
): number {
  const mu = 4 * order * order;
  let term = 1;
  let p = 1;
  let q = 0;
  for (let k = 1; k < 20; k++) {
    term *= (mu - (2 * k - 1) ** 2) / (k * 8 * x);
    const alternating = k % 4 < 2 ? term : -term;
    if (k % 2 === 0) p += k % 4 === 2 ? -term : term;
    else q += alternating;
  }
  const chi = x - (order / 2 + 0.25) * Math.PI;
  return Math.sqrt(2 / (Math.PI * x)) * (p * f(chi) + sign * q * g(chi));
}

function recurrence(order: number, x: number, run: Run, start: (order: 0 | 1) => number): number {
  run.spend(order);
  let before = start(0);
  let value = start(1);
  for (let n = 1; n < order && Number.isFinite(value); n++)
    [before, value] = [value, ((2 * n) / x) * value - before];
  return value;
}

/** Y_n(x) = (1/π) ∫₀^π sin(x sin θ - nθ) dθ - (1/π) ∫₀^∞ (e^{nt} + (-1)^n e^{-nt}) e^{-x sinh t} dt. */
function yIntegral(n: number, x: number): number {
  const sign = n % 2 === 0 ? 1 : -1;
  const oscillating = integral((theta) => Math.sin(x * Math.sin(theta) - n * theta), Math.PI);
  const decaying = integral(
    (t) => (Math.exp(n * t) + sign * Math.exp(-n * t)) * Math.exp(-x * Math.sinh(t)),
    Math.asinh(800 / x),
  );
  return (oscillating - decaying) / Math.PI;
}

/** From 0 to `end`, by Boole's rule. */
function integral(f: (x: number) => number, end: number): number {
  const steps = 6_000;
  const width = end / steps;
  let sum = 7 * (f(0) + f(end));
  for (let i = 1; i < steps; i++) sum += f(i * width) * WEIGHTS[i % 4]!;
  return (sum * width * 2) / 45;
}

const WEIGHTS = [14, 32, 12, 32];
