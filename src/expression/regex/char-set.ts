import { caseEquivalents } from "./case-fold.ts";

/** Tells whether a codepoint belongs to a set. */
export type Contains = (code: number) => boolean;

/** What a set is made of: single codepoints, ranges, and predicates such as `\w`. */
export interface SetItems {
  /** Pairs of first and last codepoint. */
  readonly ranges: readonly (readonly [number, number])[];
  readonly predicates: readonly Contains[];
  readonly negated: boolean;
  readonly ignoreCase: boolean;
}

/** A set of codepoints; membership of ASCII is one table look-up. */
export class CharSet {
  /** 1 for each ASCII codepoint of the set. */
  readonly ascii = new Uint8Array(128);
  private readonly beyondAscii: Contains;

  constructor(contains: Contains) {
    for (let code = 0; code < 128; code++) this.ascii[code] = contains(code) ? 1 : 0;
    this.beyondAscii = contains;
  }

  static of(items: SetItems): CharSet {
    const plain = (code: number) => inItems(items, code);
    const folded = items.ignoreCase ? (code: number) => caseEquivalents(code).some(plain) : plain;
    return new CharSet(items.negated ? (code) => !folded(code) : folded);
  }

  static ofCodes(codes: readonly number[]): CharSet {
    return new CharSet((code) => codes.includes(code));
  }

  has(code: number): boolean {
    return code < 128 ? this.ascii[code] === 1 : this.beyondAscii(code);
  }
}

function inItems(items: SetItems, code: number): boolean {
  for (const [first, last] of items.ranges) if (code >= first && code <= last) return true;
  for (const contains of items.predicates) if (contains(code)) return true;
  return false;
}
