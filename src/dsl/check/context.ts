import type { Json, JsonObject } from "../../expression/json.ts";
import type { Findings } from "../source/finding.ts";
import { nameSpan, type Place, placeAt, type Span } from "../source/place.ts";

/** One document being checked. It may have faults already: nothing here relies on shapes. */
export interface Context {
  readonly document: JsonObject;
  readonly place: Place;
  readonly findings: Findings;
}

/** The span of the key (or item) that a pointer names. */
export function keySpan({ place }: Context, pointer: string): Span {
  return nameSpan(placeAt(place, pointer));
}

/** The span of the value that a pointer names. */
export function valueSpan({ place }: Context, pointer: string): Span {
  return placeAt(place, pointer);
}

/** The line, from 1, of what a pointer names. */
export function lineOf(context: Context, pointer: string): number {
  return context.findings.source.position(keySpan(context, pointer).start).line;
}

export function asObject(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function asList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
