import type { Span } from "./place.ts";

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
  /** The text of the file, for the checks that quote it. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  error(span: Span, message: string, hint?: string): void {
    this.add({ severity: "error", ...place(span), message, ...(hint === undefined ? {} : { hint }) });
  }

  warning(span: Span, message: string, hint?: string): void {
    this.add({ severity: "warning", ...place(span), message, ...(hint === undefined ? {} : { hint }) });
  }

  add(finding: Finding): void {
    const { start, message } = finding;
    if (this.list.some((other) => other.start === start && other.message === message)) return;
    if (this.list.length < maxFindings) this.list.push(finding);
    else this.#overflow ??= { severity: "error", start, end: start, message: "There is more that is wrong" };
  }

  get failed(): boolean {
    return this.#overflow !== undefined || this.list.some((finding) => finding.severity === "error");
  }

  /** In order of place. */
  sorted(): Finding[] {
    const sorted = [...this.list].sort((left, right) => left.start - right.start || left.end - right.end);
    return this.#overflow === undefined ? sorted : [...sorted, this.#overflow];
  }
}

function place({ start, end }: Span): Span {
  return { start, end };
}

/** Nobody reads more, and a hostile file must not make us write more than it holds. */
const maxFindings = 100;
