import type { Limits } from "../expression/expression.ts";
import { DEFAULT_LIMITS } from "../expression/run.ts";

/**
 * What the course of an execution depends on beside its definition and its events: the program's version, which
 * `$runtime` tells, and the bounds of expressions, which decide where one ends in an error.
 */
export interface Runtime {
  readonly version: string;
  readonly limits: Limits;
}

const bounds: readonly (keyof Limits)[] = ["steps", "depth", "outputs", "bytes"];

/**
 * As text: `0.1.0`, or `0.1.0 steps=5000000` with bounds other than the default. Kept with what was done
 * under it, so that a replay goes the same way although the bounds are others by then.
 */
export function runtimeText(version: string, limits: Partial<Limits>): string {
  const own = bounds.filter((bound) => (limits[bound] ?? DEFAULT_LIMITS[bound]) !== DEFAULT_LIMITS[bound]);
  return [version, ...own.map((bound) => `${bound}=${limits[bound]}`)].join(" ");
}

/** What `runtimeText` wrote. */
export function readRuntime(text: string): Runtime {
  const [version = "", ...own] = text.split(" ");
  const given = own.map((word) => word.split("=")).map(([bound, limit]) => [bound, Number(limit)]);
  return {
    version,
    limits: own.length === 0 ? DEFAULT_LIMITS : { ...DEFAULT_LIMITS, ...Object.fromEntries(given) },
  };
}
