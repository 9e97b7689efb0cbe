/** The exponent of the leading bit. */
export function binaryExponent(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value === 0 ? 0 : Math.abs(value);
  const scaled = Math.abs(value) < 2 ** -1022 ? Math.abs(value) * 2 ** 60 : Math.abs(value);
  VIEW.setFloat64(0, scaled);
  return ((VIEW.getUint16(0) >> 4) & 0x7ff) - 1023 - (scaled === Math.abs(value) ? 0 : 60);
}

/** value × 2^exponent, without overflow or underflow on the way. */
export function ldexp(value: number, exponent: number): number {
  let left = Math.min(Math.max(Math.trunc(exponent), -2200), 2200);
  if (Number.isNaN(left)) return Number.NaN;
  let result = value;
  for (; left > 1000; left -= 1000) result *= 2 ** 1000;
  for (; left < -1000; left += 1000) result *= 2 ** -1000;
  return result * 2 ** left;
}

/** [fraction, exponent] with value = fraction × 2^exponent and 0.5 ≤ |fraction| < 1. */
export function fraction(value: number): [number, number] {
  if (value === 0) return [value, 0];
  if (!Number.isFinite(value)) return [value, 1];
  const exponent = binaryExponent(value) + 1;
  return [ldexp(value, -exponent), exponent];
}

export function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const distance = value - below;
  if (distance < 0.5 || (distance === 0.5 && below % 2 === 0)) return below;
  return distance >= 0.5 ? below + 1 : value;
}

/** The IEEE remainder: of the nearest multiple, the even one on a tie. */
export function remainder(a: number, b: number): number {
  if (!Number.isFinite(a) || b === 0 || Number.isNaN(b)) return Number.NaN;
  if (!Number.isFinite(b)) return a;
  const size = Math.abs(b);
  const rest = Math.abs(a) % size;
  const odd = Math.abs(a) % (2 * size) >= size;
  const nearest = rest * 2 > size || (rest * 2 === size && odd) ? rest - size : rest;
  return a < 0 ? -nearest : nearest;
}

/** The double next to `from` in the direction of `to`. */
export function nextAfter(from: number, to: number): number {
  if (Number.isNaN(from) || Number.isNaN(to)) return Number.NaN;
  if (from === to) return to;
  if (from === 0) return to > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE;
  VIEW.setFloat64(0, from);
  const away = to > from === from > 0;
  VIEW.setBigInt64(0, VIEW.getBigInt64(0) + (away ? 1n : -1n));
  return VIEW.getFloat64(0);
}

const VIEW = new DataView(new ArrayBuffer(8));
