import { ExpressionError } from "../expression.ts";
import type { CharSet } from "./char-set.ts";
import { type CodepointText, codepointText } from "./codepoint-text.ts";
import { compilePattern } from "./compiler.ts";
import { firstSet, isAnchored } from "./first-set.ts";
import { Machine, type Program } from "./machine.ts";
import { parsePattern } from "./parser.ts";

/** One match; offsets and lengths count codepoints. */
export interface RegexMatch {
  readonly offset: number;
  readonly length: number;
  readonly string: string;
  readonly captures: readonly RegexCapture[];
}

/** What a group matched; offset -1, length 0 and null if nothing. */
export interface RegexCapture {
  readonly offset: number;
  readonly length: number;
  readonly string: string | null;
  readonly name: string | null;
}

export interface Regex {
  /** Whether the flags ask for all matches (`g`). */
  readonly global: boolean;
  /** How many instructions it takes. */
  readonly size: number;
  /**
   * The first match that begins at `fromCodepoint` or later. `spend` is told of the work done, and may throw to end it.
   * Throws `ExpressionError` of kind `limit` where a match takes too much memory.
   */
  match(text: string, fromCodepoint: number, spend: (steps: number) => void): RegexMatch | null;
  /** Whether anything matches. */
  test(text: string, spend: (steps: number) => void): boolean;
  /** All matches that jq's `match` gives with these flags: one at most unless they have `g`. */
  matches(text: string, spend: (steps: number) => void): Generator<RegexMatch, void>;
}

/**
 * Compiles a pattern of Oniguruma's Perl_NG syntax with jq's flags: `g` all matches, `i` case does not count,
 * `x` extended, `s` single line, `p` dot matches newline, `n` no empty matches, `l` the longest match.
 * Throws `ExpressionError` with jq's words.
 */
export function compileRegex(pattern: string, flags: string): Regex {
  if (pattern.length > longestPattern)
    throw new ExpressionError(`A regular expression is longer than ${longestPattern} characters`, {
      kind: "limit",
    });
  for (const flag of flags) {
    if (!"gimxsnlp".includes(flag))
      throw new ExpressionError(`${flags} is not a valid modifier string`, { kind: "evaluation" });
  }
  const parsed = parsePattern(pattern, {
    ignoreCase: flags.includes("i"),
    extended: flags.includes("x"),
    dotAll: flags.includes("p") || flags.includes("m"),
    singleLine: true,
  });
  return new BacktrackingRegex({
    program: compilePattern(parsed, /[ln]/.test(flags)),
    names: parsed.groupNames,
    first: firstSet(parsed.root),
    anchored: isAnchored(parsed.root),
    global: flags.includes("g"),
    longest: flags.includes("l"),
    notEmpty: flags.includes("n"),
  });
}

/** A pattern may come from data, and compiling it is not paid for by steps. */
const longestPattern = 20_000;

interface Compiled {
  readonly program: Program;
  readonly names: readonly (string | null)[];
  /** What a match can begin with, if known. */
  readonly first: CharSet | undefined;
  readonly anchored: boolean;
  readonly global: boolean;
  readonly longest: boolean;
  readonly notEmpty: boolean;
}

class BacktrackingRegex implements Regex {
  readonly global: boolean;
  readonly size: number;
  private readonly compiled: Compiled;
  /** One is enough: a search ends before another begins. */
  private readonly machine: Machine;

  constructor(compiled: Compiled) {
    this.compiled = compiled;
    this.global = compiled.global;
    this.machine = new Machine(compiled.program);
    this.size = compiled.program.steps.length;
  }

  match(text: string, fromCodepoint: number, spend: (steps: number) => void): RegexMatch | null {
    const codepoints = codepointText(text, spend);
    const found = this.search(codepoints, fromCodepoint, spend);
    return found ? this.describe(codepoints, found) : null;
  }

  test(text: string, spend: (steps: number) => void): boolean {
    return this.search(codepointText(text, spend), 0, spend) !== undefined;
  }

  *matches(text: string, spend: (steps: number) => void): Generator<RegexMatch, void> {
    const codepoints = codepointText(text, spend);
    const end = codepoints.codes.length;
    for (let from = 0; from <= end; ) {
      const found = this.search(codepoints, from, spend);
      if (!found) return;
      const match = this.describe(codepoints, found);
      yield match;
      if (!this.global) return;
      const matchEnd = match.offset + match.length;
      from = match.length === 0 ? matchEnd + 1 : matchEnd;
    }
  }

  /** The starts and ends of all groups, or undefined. */
  private search(text: CodepointText, from: number, spend: (steps: number) => void): Int32Array | undefined {
    this.machine.begin(text, from, spend);
    try {
      return this.searchFrom(from, spend);
    } finally {
      this.machine.finish();
    }
  }

  private searchFrom(from: number, spend: (steps: number) => void): Int32Array | undefined {
    const { program, first, anchored, longest, notEmpty } = this.compiled;
    const { machine } = this;
    let best: Int32Array | undefined;
    let bestLength = -1;
    const accept = ({ start, position, registers }: Machine): boolean => {
      if (notEmpty && position === start) return false;
      if (position - start <= bestLength) return false;
      bestLength = position - start;
      best = registers.slice(0, 2 * program.groups);
      best[0] = Math.min(best[0]!, position);
      best[1] = position;
      return !longest;
    };
    let skipped = 0;
    for (let start = from; start <= machine.end; start++) {
      if (anchored && start > 0) break;
      if (first && (start === machine.end || !first.has(machine.codes[start]!))) {
        if ((++skipped & 1023) === 0) spend(64);
        continue;
      }
      if (machine.matchAt(start, accept)) break;
    }
    return best;
  }

  private describe(codepoints: CodepointText, found: Int32Array): RegexMatch {
    const [offset, end] = found as unknown as [number, number];
    const captures: RegexCapture[] = [];
    for (let group = 1; group < this.compiled.program.groups; group++) {
      captures.push(
        capture(codepoints, found[2 * group]!, found[2 * group + 1]!, this.compiled.names[group]!),
      );
    }
    return { offset, length: end - offset, string: codepoints.slice(offset, end), captures };
  }
}

/** The fields stand in the order in which jq prints them, which is another where nothing was matched. */
function capture(text: CodepointText, start: number, end: number, name: string | null): RegexCapture {
  if (start < 0 || end < 0) return { offset: -1, string: null, length: 0, name };
  if (start === end) return { offset: start, string: "", length: 0, name };
  return { offset: start, length: end - start, string: text.slice(start, end), name };
}
