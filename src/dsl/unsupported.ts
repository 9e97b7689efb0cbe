import type { Definition } from "./definition.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** What of a valid definition this version cannot run yet, with places; empty when it can be run. */
export function unsupported(_definition: Definition): Diagnostic[] {
  return [];
}
