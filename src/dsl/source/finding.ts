import type { Span } from "./place.ts";
import type { Source } from "./source.ts";

/** What to do; a function is called only if the finding is kept, since looking for near names takes time. */
export type Hint = string | undefined | (() => string | undefined);

/** A diagnostic before its offsets became lines and columns. */
export interface Finding extends Span {
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly hint?: string;
}

/** Collects what is wrong with one document. Bounded: past `max` only the fact that there is more is kept. */
export class Findings {
  readonly list: Finding[] = [];
  #overflow: Finding | undefined;
  readonly source: Source;

  constructor(source: Source) {
    this.source = source;
  }

  error(span: Span, message: string, hint?: Hint): void {
    this.#report("error", span, message, hint);
  }

  warning(span: Span, message: string, hint?: Hint): void {
    this.#report("warning", span, message, hint);
  }

  add(finding: Finding): void {
    const { start, message } = finding;
    if (this.list.some((other) => other.start === start && other.message === message)) return;
    if (this.list.length < maxFindings) this.list.push(finding);
    else this.#overflow ??= { severity: "error", start, end: start, message: "There is more that is wrong" };
  }

  /** Takes over what was found in one document of the file. */
  merge(other: Findings): void {
    for (const finding of other.list) this.add(finding);
    this.#overflow ??= other.#overflow;
  }

  get failed(): boolean {
    return this.#overflow !== undefined || this.list.some((finding) => finding.severity === "error");
  }

  /** In order of place. */
  sorted(): Finding[] {
    const sorted = [...this.list].sort((left, right) => left.start - right.start || left.end - right.end);
    return this.#overflow === undefined ? sorted : [...sorted, this.#overflow];
  }

  #report(severity: Finding["severity"], { start, end }: Span, message: string, hint: Hint): void {
    const text = typeof hint !== "function" || this.list.length >= maxFindings ? hint : hint();
    this.add({ severity, start, end, message, ...(typeof text === "string" ? { hint: text } : {}) });
  }
}

/** Nobody reads more, and a hostile file must not make us write more than it holds. */
const maxFindings = 100;
