import { formatNumber } from "./number-text.ts";
import { LITERAL } from "./value.ts";

/**
 * A number as it was written, kept until somebody calculates with it: 100000000000000000001, 1.000, 1E+1000.
 * Compared exactly with other literals, and as a double with everything else.
 */
export class NumberLiteral {
  readonly literal = LITERAL;
  readonly double: number;
  /** The canonical text, as decimal arithmetic's to-scientific-string gives it. */
  readonly text: string;

  constructor(readonly decimal: Decimal) {
    this.text = decimalText(decimal);
    this.double = Number(this.text);
  }

  negated(): number | NumberLiteral {
    return settle({ ...this.decimal, negative: !this.decimal.negative });
  }
}

/** (-1)^negative × digits × 10^exponent; digits without leading zeros. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

/** `text` is a number in JSON's or jq's syntax. A plain double unless that would lose what was written. */
export function parseNumber(text: string): number | NumberLiteral {
  if (text.length < 16 && PLAIN_INTEGER.test(text)) return Number(text);
  return settle(parseDecimal(text));
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  const signA = sign(a);
  const signB = sign(b);
  if (signA !== signB || signA === 0) return Math.sign(signA - signB);
  return signA * compareMagnitudes(a, b);
}

const PLAIN_INTEGER = /^(?:-?[1-9][0-9]*|0)$/;
const NUMBER = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$/;
/** The exponents decNumber can hold. */
const MAX_EXPONENT = 999_999_999;

function parseDecimal(text: string): Decimal {
  const [, minus, whole = "", fraction = "", power = "0"] = NUMBER.exec(text)!;
  const digits = (whole + fraction).replace(/^0+(?=.)/, "");
  return { negative: minus === "-", digits, exponent: Number(power) - fraction.length };
}

/** Numbers of at most 15 digits are told apart by their doubles, so nothing is lost by being one. */
function settle(decimal: Decimal): number | NumberLiteral {
  const adjusted = decimal.exponent + decimal.digits.length - 1;
  if (adjusted > MAX_EXPONENT) return decimal.negative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (adjusted < -MAX_EXPONENT - decimal.digits.length) return decimal.negative ? -0 : 0;
  const literal = new NumberLiteral(decimal);
  const plain = decimal.digits.length <= 15 && formatNumber(literal.double) === literal.text;
  return plain ? literal.double : literal;
}

function decimalText({ negative, digits, exponent }: Decimal): string {
  const adjusted = exponent + digits.length - 1;
  const minus = negative ? "-" : "";
  if (exponent <= 0 && adjusted >= -6) {
    if (exponent === 0) return minus + digits;
    const padded = digits.padStart(1 - exponent, "0");
    return `${minus}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
  }
  const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return `${minus}${mantissa}E${adjusted < 0 ? "-" : "+"}${Math.abs(adjusted)}`;
}

function sign({ negative, digits }: Decimal): -1 | 0 | 1 {
  if (digits === "0") return 0;
  return negative ? -1 : 1;
}

function compareMagnitudes(a: Decimal, b: Decimal): number {
  const sizeA = a.exponent + a.digits.length;
  const sizeB = b.exponent + b.digits.length;
  if (sizeA !== sizeB) return sizeA < sizeB ? -1 : 1;
  const length = Math.max(a.digits.length, b.digits.length);
  const left = a.digits.padEnd(length, "0");
  const right = b.digits.padEnd(length, "0");
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
