import type { ExpressionError } from "../../expression/expression.ts";
import type { Json, JsonObject } from "../../expression/json.ts";
import { slotErrors } from "../../expression/slot.ts";
import { argumentNames } from "../slots.ts";
import { placeAt, pointerSegments } from "../source/place.ts";
import { spanInScalar } from "../source/scalar.ts";
import { asObject, type Context } from "./context.ts";
import { filledSlots } from "./filled-slots.ts";

/** Compiles every expression with the variables that exist where it stands. */
export function checkExpressions(context: Context): void {
  const { language = "jq", mode } = asObject(context.document["evaluate"]);
  if (language !== "jq") return;
  for (const slot of filledSlots(context.document)) {
    const { kind, variables } = slot;
    const options = { kind, variables, mode: mode === "loose" ? "loose" : "strict" } as const;
    for (const { pointer, error } of slotErrors(slot.value, options)) {
      report(context, slot.pointer + pointer, error);
    }
  }
}

function report(context: Context, pointer: string, error: ExpressionError): void {
  const place = placeAt(context.place, pointer);
  const value = textAt(context.document, pointer);
  const { text } = context.findings.source;
  const span =
    error.offset === undefined || value === undefined
      ? place
      : spanInScalar(text, place, value, error.offset, error.length ?? 1);
  context.findings.error(span, `Expression: ${error.message}`, error.hint ?? elsewhereHint(error.message));
}

/** An argument that exists, but not in this slot (dsl.md "Runtime expression arguments"). */
function elsewhereHint(message: string): string | undefined {
  const name = /\$(\w+) is not defined/.exec(message)?.[1];
  if (name === undefined || !argumentNames.includes(name)) return undefined;
  return `"$${name}" exists in other places, but not here`;
}

function textAt(document: JsonObject, pointer: string): string | undefined {
  let value: Json | undefined = document;
  for (const segment of pointerSegments(pointer)) value = (value as JsonObject | undefined)?.[segment];
  return typeof value === "string" ? value : undefined;
}
