import type { Json } from "../json.ts";
import type { Run } from "../run.ts";
import { formatNumber } from "./number-text.ts";
import { isArray, isLiteral, putField, type Value } from "./value.ts";

/**
 * A result as the rest of the program knows values: plain doubles, nothing JSON cannot say, and a bounded size.
 * What came in unchanged goes out unchanged, as the same object.
 */
export function settleResult(value: Value, run: Run): Json {
  if (typeof value !== "object" || value === null) return typeof value === "number" ? finite(value) : value;
  if (run.madeNone && !isLiteral(value)) return value as Json;
  const settler = new Settler(run);
  const settled = settler.settle(value, 0);
  run.settled += settler.size;
  return settled;
}

/** jq prints NaN as null and infinities as the largest doubles. */
function finite(value: number): Json {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? null : Number(formatNumber(value));
}

class Settler {
  size = 0;

  constructor(private readonly run: Run) {}

  settle(value: Value, depth: number): Json {
    if (typeof value === "number") return finite(value);
    if (typeof value !== "object" || value === null) {
      this.count(typeof value === "string" ? value.length : 0);
      return value;
    }
    if (isLiteral(value)) return finite(value.double);
    if (!this.run.mayHaveMade(value)) return value as Json;
    if (depth > this.run.limits.depth) this.run.exceeded("depth");
    return isArray(value)
      ? this.array(value, depth)
      : this.object(value as Readonly<Record<string, Value>>, depth);
  }

  private array(value: readonly Value[], depth: number): Json {
    let copy: Json[] | null = null;
    this.count(8 + value.length * 8);
    for (let i = 0; i < value.length; i++) {
      const part = value[i]!;
      const settled = this.isSettled(part) ? (part as Json) : this.settle(part, depth + 1);
      if (copy === null && settled !== part) copy = value.slice(0, i) as Json[];
      copy?.push(settled);
    }
    return copy ?? (value as Json);
  }

  private object(value: Readonly<Record<string, Value>>, depth: number): Json {
    let copy: Record<string, Value> | null = null;
    const names = Object.keys(value);
    this.count(8 + names.length * 8);
    for (const name of names) {
      this.size += name.length;
      const part = value[name];
      if (part === undefined || this.isSettled(part)) continue;
      const settled = this.settle(part, depth + 1);
      if (settled === part) continue;
      copy ??= { ...value };
      putField(copy, name, settled as Value);
    }
    return (copy ?? value) as Json;
  }

  /** Most parts are what they are; asked here, they take no call. */
  private isSettled(part: Value): boolean {
    if (typeof part === "string") {
      this.count(part.length);
      return true;
    }
    return typeof part === "number" ? Number.isFinite(part) : typeof part === "boolean" || part === null;
  }

  private count(bytes: number): void {
    this.size += bytes;
    if (this.size > this.run.limits.bytes) this.run.exceeded("bytes");
  }
}
