import type { ExpressionError } from "../../expression/expression.ts";
import type { Json, JsonObject } from "../../expression/json.ts";
import { slotErrors } from "../../expression/slot.ts";
import { placeAt, pointerSegments } from "../source/place.ts";
import { spanInScalar } from "../source/scalar.ts";
import { asObject, type Context } from "./context.ts";

/** Compiles every expression with the variables that exist where it stands. */
export function checkExpressions(context: Context): void {
  const { language = "jq", mode } = asObject(context.document["evaluate"]);
  if (language !== "jq") return;
  for (const slot of context.slots) {
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
  context.findings.error(span, `Expression: ${error.message}`, elsewhereHint(error.message) ?? error.hint);
}

/** Where an argument exists that does not exist everywhere (dsl.md "Runtime expression arguments"). */
const whereabouts: Readonly<Record<string, string>> = {
  output: 'It exists only in "export.as" of a task',
  input: 'It exists only in tasks, once "if" and "input.from" are done; before that, the input is "."',
  authorization: 'It exists only in tasks, once "if" and "input.from" are done',
  task: "It exists only in tasks",
  context: 'It exists only after "input.from" of the workflow',
};

function elsewhereHint(message: string): string | undefined {
  const name = /^\$(\w+) is not defined$/.exec(message)?.[1] ?? "";
  return Object.hasOwn(whereabouts, name) ? whereabouts[name] : undefined;
}

function textAt(document: JsonObject, pointer: string): string | undefined {
  let value: Json | undefined = document;
  for (const segment of pointerSegments(pointer)) value = (value as JsonObject | undefined)?.[segment];
  return typeof value === "string" ? value : undefined;
}
