/**
 * Case folding, from the host's own case mappings: two codepoints are equivalent when their simple foldings agree; a
 * codepoint such as ß folds to several (`ss`).
 */

/** Where in Unicode letters with case stand, as pairs of first and last. */
const casedRanges = [
  0x41, 0x5a, 0x61, 0x7a, 0xb5, 0x587, 0x10a0, 0x10ff, 0x13a0, 0x13fd, 0x1c80, 0x1cbf, 0x1d79, 0x1d8e, 0x1e00,
  0x1fff, 0x2126, 0x2188, 0x24b6, 0x24e9, 0x2c00, 0x2d2d, 0xa640, 0xa7ff, 0xab53, 0xabbf, 0xfb00, 0xfb17,
  0xff21, 0xff5a, 0x10400, 0x104ff, 0x10570, 0x105bc, 0x10c80, 0x10cf2, 0x118a0, 0x118df, 0x16e40, 0x16e7f,
  0x1e900, 0x1e943,
];
/** İ has only a full folding and ı none at all, whatever their upper and lower case say. */
const dottedI = 0x130;
const dotlessI = 0x131;
const kelvinSign = 0x212a;
const longS = 0x17f;

interface Tables {
  /** The codepoints of one simple folding. */
  readonly members: ReadonlyMap<number, readonly number[]>;
  /** Those that fold to several codepoints, by these joined as text. */
  readonly unfolded: ReadonlyMap<string, readonly number[]>;
}
let tables: Tables | undefined;

/** All codepoints that differ from this one by case only, itself among them. */
export function caseEquivalents(code: number): readonly number[] {
  if (code < 128) return asciiEquivalents(code);
  tables ??= buildTables();
  return tables.members.get(simpleFold(code)) ?? [code];
}

/** The several codepoints that a codepoint folds to, or undefined when it folds to one. */
export function multipleFold(code: number): readonly number[] | undefined {
  if (code < 0xdf) return undefined;
  const folded = fullFold(code);
  return folded.length > 1 ? folded : undefined;
}

/** The codepoints that fold to this sequence of two or three, such as ß and ẞ for `ss`. */
export function unfold(codes: readonly number[]): readonly number[] {
  tables ??= buildTables();
  return tables.unfolded.get(String.fromCodePoint(...codes)) ?? [];
}

export function simpleFold(code: number): number {
  if (code < 128) return code >= 0x41 && code <= 0x5a ? code + 32 : code;
  if (code === dottedI || code === dotlessI) return code;
  const folded = fullFold(code);
  if (folded.length === 1) return folded[0]!;
  const lower = codepoints(String.fromCodePoint(code).toLowerCase());
  return lower.length === 1 ? lower[0]! : code;
}

function fullFold(code: number): number[] {
  if (code === dotlessI) return [code];
  return codepoints(String.fromCodePoint(code).toLowerCase().toUpperCase().toLowerCase());
}

function asciiEquivalents(code: number): readonly number[] {
  const lower = code | 32;
  if (lower < 0x61 || lower > 0x7a) return [code];
  const pair = [lower, lower - 32];
  if (lower === 0x6b) pair.push(kelvinSign);
  if (lower === 0x73) pair.push(longS);
  return pair;
}

function buildTables(): Tables {
  const members = new Map<number, number[]>();
  const unfolded = new Map<string, number[]>();
  for (let range = 0; range < casedRanges.length; range += 2) {
    for (let code = casedRanges[range]!; code <= casedRanges[range + 1]!; code++) {
      append(members, simpleFold(code), code);
      const several = multipleFold(code);
      if (several) append(unfolded, String.fromCodePoint(...several), code);
    }
  }
  return { members, unfolded };
}

function append<K>(lists: Map<K, number[]>, key: K, code: number): void {
  const list = lists.get(key);
  if (list) list.push(code);
  else lists.set(key, [code]);
}

function codepoints(text: string): number[] {
  return Array.from(text, (char) => char.codePointAt(0)!);
}
