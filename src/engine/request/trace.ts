import { createHash } from "node:crypto";

/**
 * The `traceparent` of W3C Trace Context, level 1: as it was given, or undefined for what is none. What a later version
 * added is left out.
 */
export function readTraceparent(given: string | null | undefined): string | undefined {
  const parts = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(given?.trim() ?? "");
  const [, version = "ff", trace = "", span = "", flags = "", more] = parts ?? [];
  if (version === "ff" || /^0*$/.test(trace) || /^0*$/.test(span)) return undefined;
  if (version === "00" && more !== undefined) return undefined;
  return `00-${trace}-${span}-${flags}`;
}

/**
 * What is done within a trace as a span of its own: the same for the same name, so that an activity that runs again
 * after a crash is not taken for another.
 */
export function childTrace(traceparent: string, name: string): string {
  const [, trace, parent, flags] = traceparent.split("-");
  const span = createHash("sha256").update(`${parent}/${name}`).digest("hex").slice(0, 16);
  return `00-${trace}-${span}-${flags}`;
}
