import type { Json, JsonObject } from "../expression/json.ts";
import type { Site, Stage, TaskSlot } from "./site.ts";
import type { TaskRun } from "./task-run.ts";

/** A URI of the definition: an RFC 6570 level 1 template, or a runtime expression. */
export interface UriSlot {
  /** Set where it is a runtime expression: what that gives is the URI. */
  readonly expression?: TaskSlot;
  expand(run: TaskRun, input: Json): string;
}

/**
 * dsl-reference.md "URI Template": `{name}` stands for a top-level property of the input, verbatim. Text that
 * holds a `${ }` is evaluated instead, and what that gives is never expanded again.
 */
export function uriSlot(text: string, path: string, site: Site, stage: Stage): UriSlot {
  const slot = site.value(text, path, stage);
  if (slot.slot.constant === undefined)
    return { expression: slot, expand: (run, input) => run.text(slot, input) };
  const parts = text.split(/\{([^{}]*)\}/);
  if (parts.length === 1) return { expand: () => text };
  return {
    expand: (run, input) =>
      parts.map((part, at) => (at % 2 ? variable(run, slot, part, input) : part)).join(""),
  };
}

function variable(run: TaskRun, slot: TaskSlot, name: string, input: Json): string {
  const isObject = input !== null && typeof input === "object" && !Array.isArray(input);
  const value = isObject && Object.hasOwn(input, name) ? (input as JsonObject)[name] : null;
  if (value === null || value === undefined) return "";
  if (typeof value === "object")
    throw run.error(
      "expression",
      `${slot.label}: {${name}} is ${kindOf(value)}; only plain values fit into a URI`,
    );
  return encode(String(value));
}

function kindOf(value: object): string {
  return Array.isArray(value) ? "an array" : "an object";
}

/** Everything but RFC 3986's unreserved characters is percent-encoded. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
