/**
 * A double as jq prints it: the shortest digits that read back the same, plain between 1e-5 and 15 zeros past
 * the digits, otherwise with an exponent of at least two digits. NaN is null; infinities are the largest doubles.
 */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return Object.is(value, -0) ? "-0" : String(value);
  if (Number.isNaN(value)) return "null";
  if (!Number.isFinite(value)) return value > 0 ? LARGEST : `-${LARGEST}`;
  const [mantissa = "", power = "0"] = Math.abs(value).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  const point = Number(power) + 1;
  const minus = value < 0 ? "-" : "";
  if (point <= -4 || point > digits.length + 15) return minus + scientific(digits, point - 1);
  if (point <= 0) return `${minus}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return minus + digits.padEnd(point, "0");
  return `${minus}${digits.slice(0, point)}.${digits.slice(point)}`;
}

const LARGEST = "1.7976931348623157e+308";

function scientific(digits: string, power: number): string {
  const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}
