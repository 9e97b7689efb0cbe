import type { Json } from "../../expression/json.ts";
import { tracesOf } from "./traces.ts";

const mask = "***";
/** A text that was cut off may end in the beginning of a secret. */
const shortestBeginning = 4;

/** Finds values that must not be seen in what comes out of an activity. */
export class Redaction {
  readonly #values: ReadonlySet<string>;
  readonly #traces: readonly string[];
  readonly #pattern: RegExp | undefined;

  constructor(values: Iterable<string>) {
    this.#values = new Set([...values].filter((value) => value !== ""));
    // The longest first, since of those that begin at one place the first is taken.
    this.#traces = [...new Set([...this.#values].flatMap(tracesOf))].sort((a, b) => b.length - a.length);
    if (this.#traces.length > 0)
      this.#pattern = new RegExp(this.#traces.map((trace) => RegExp.escape(trace)).join("|"), "g");
  }

  /** Whether one of the values stands in a value. */
  finds(value: Json): boolean {
    return this.value(value) !== value;
  }

  text(text: string): string {
    if (this.#values.has(text)) return mask;
    return this.#pattern === undefined ? text : text.replace(this.#pattern, mask);
  }

  /** Like `text`, for one that may have been cut off at its end. */
  excerpt(text: string): string {
    const masked = this.text(text);
    const lengths = this.#traces.map((trace) => beginningAtEnd(masked, trace));
    const cut = Math.max(0, ...lengths);
    return cut === 0 ? masked : masked.slice(0, -cut) + mask;
  }

  /** The same value, unless there is something in it to be masked. */
  value(value: Json): Json {
    if (this.#values.size === 0) return value;
    if (typeof value === "string") return this.text(value);
    if (typeof value === "number") return this.#values.has(String(value)) ? mask : value;
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) {
      const items = (value as readonly Json[]).map((item) => this.value(item));
      return items.some((item, index) => item !== value[index]) ? items : value;
    }
    const entries = Object.entries(value) as [string, Json][];
    const masked = entries.map(([key, item]): [string, Json] => [this.text(key), this.value(item)]);
    const changed = masked.some(
      ([key, item], index) => key !== entries[index]![0] || item !== entries[index]![1],
    );
    return changed ? Object.fromEntries(masked) : value;
  }
}

function beginningAtEnd(text: string, trace: string): number {
  for (let length = Math.min(trace.length - 1, text.length); length >= shortestBeginning; length--) {
    if (text.endsWith(trace.slice(0, length))) return length;
  }
  return 0;
}
