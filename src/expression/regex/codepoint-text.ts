/** A text with its codepoints side by side, so that positions count codepoints as jq's do. */
export class CodepointText {
  readonly text: string;
  readonly codes: Uint16Array | Uint32Array;
  /** The UTF-16 offset of each codepoint, where the two differ at all. */
  private readonly units: Uint32Array | undefined;
  private clusterStarts: Uint8Array | undefined;

  constructor(text: string) {
    this.text = text;
    const astral = countPairs(text);
    if (astral === 0) {
      const codes = new Uint16Array(text.length);
      for (let at = 0; at < text.length; at++) codes[at] = text.charCodeAt(at);
      this.codes = codes;
      return;
    }
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

  slice(from: number, to: number): string {
    return this.units ? this.text.slice(this.units[from], this.units[to]) : this.text.slice(from, to);
  }

  /** Whether an extended grapheme cluster begins at this codepoint, or the text ends there. */
  isClusterBoundary(at: number): boolean {
    this.clusterStarts ??= this.findClusters();
    return this.clusterStarts[at] === 1;
  }

  private findClusters(): Uint8Array {
    const starts = new Uint8Array(this.codes.length + 1);
    starts[this.codes.length] = 1;
    let at = 0;
    for (const { segment } of new Intl.Segmenter("en", { granularity: "grapheme" }).segment(this.text)) {
      starts[at] = 1;
      for (const _ of segment) at++;
    }
    return starts;
  }
}

/** A global search asks for the same text again and again; only the last is kept. */
let last: CodepointText | undefined;

export function codepointText(text: string): CodepointText {
  if (last?.text !== text) last = new CodepointText(text);
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
