import { describe } from "bun:test";
import { findTemporal } from "../../scripts/temporal.ts";

/** Tests that need a Temporal server. Without one they are skipped by name, except in CI, where that is a failure. */
export function describeTemporal(name: string, tests: () => void): void {
  if (findTemporal() !== undefined || process.env["CI"]) describe(name, tests);
  else describe.skip(`${name} (no Temporal server: \`bun scripts/temporal.ts\` builds it)`, tests);
}
