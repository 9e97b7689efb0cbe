/** A text with its codepoints side by side, so that positions count codepoints as jq's do. */
export class CodepointText {
  readonly text: string;
  readonly codes: Uint16Array | Uint32Array;
  /** The UTF-16 offset of each codepoint, where the two differ at all. */
  private readonly units: Uint32Array | undefined;
  /** Clusters are found one by one, as far as they are asked for. */
  private segments: Iterator<Intl.SegmentData> | undefined;
  private readonly clusters = new Set([0]);
  private lastCluster = 0;

  constructor(text: string, spend: (steps: number) => void) {
    this.text = text;
    const astral = countPairs(text);
    if (astral === 0) {
      const codes = new Uint16Array(text.length);
      for (let at = 0; at < text.length; at++) codes[at] = text.charCodeAt(at);
      this.codes = codes;
      return;
    }
    spend(pairSteps(text));
    const codes = new Uint32Array(text.length - astral);
    const units = new Uint32Array(codes.length + 1);
    let unit = 0;
    for (let at = 0; at < codes.length; at++) {
      const code = text.codePointAt(unit)!;
      codes[at] = code;
      units[at] = unit;
      unit += code > 0xffff ? 2 : 1;
    }
    units[codes.length] = unit;
    this.codes = codes;
    this.units = units;
  }

  get hasPairs(): boolean {
    return this.units !== undefined;
  }

  slice(from: number, to: number): string {
    return this.units ? this.text.slice(this.units[from], this.units[to]) : this.text.slice(from, to);
  }

  /** Whether an extended grapheme cluster begins at this codepoint, or the text ends there. */
  isClusterBoundary(at: number): boolean {
    this.segments ??= new Intl.Segmenter("en", { granularity: "grapheme" })
      .segment(this.text)
      [Symbol.iterator]();
    while (this.lastCluster < at) this.findNextCluster(this.segments);
    return this.clusters.has(at);
  }

  private findNextCluster(segments: Iterator<Intl.SegmentData>): void {
    const { done, value } = segments.next();
    if (done) this.lastCluster = this.codes.length;
    else for (const _ of value.segment) this.lastCluster++;
    this.clusters.add(this.lastCluster);
  }
}

/** With surrogate pairs a text takes four times the memory. */
function pairSteps(text: string): number {
  return text.length >> 3;
}

/** A global search asks for the same text again and again; only the last is kept. */
let last: CodepointText | undefined;

export function codepointText(text: string, spend: (steps: number) => void): CodepointText {
  if (last?.text !== text) last = new CodepointText(text, spend);
  // What a search costs must not depend on what was searched before.
  else if (last.hasPairs) spend(pairSteps(text));
  return last;
}

function countPairs(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length - 1; at++) {
    if ((text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) {
      count++;
      at++;
    }
  }
  return count;
}
