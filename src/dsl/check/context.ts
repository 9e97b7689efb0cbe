import type { Json, JsonObject } from "../../expression/json.ts";
import type { Findings } from "../source/finding.ts";
import { nameSpan, type Place, placeAt, type Span } from "../source/place.ts";
import type { FilledSlot } from "./filled-slots.ts";
import type { Visit } from "./walk.ts";

/** A document, where everything in it stands, and what is wrong with it. */
export interface Placed {
  readonly document: JsonObject;
  readonly place: Place;
  readonly findings: Findings;
}

/** One document being checked. It may have faults already: nothing here relies on shapes. */
export interface Context extends Placed {
  /** All its tasks, and all its slots. */
  readonly tasks: readonly Visit[];
  readonly slots: readonly FilledSlot[];
}

/** The span of the key (or item) that a pointer names. */
export function keySpan({ place }: Placed, pointer: string): Span {
  return nameSpan(placeAt(place, pointer));
}

/** The span of the value that a pointer names. */
export function valueSpan({ place }: Placed, pointer: string): Span {
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
