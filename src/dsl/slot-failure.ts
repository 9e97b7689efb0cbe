import type { ExpressionError } from "../expression/expression.ts";
import type { Json } from "../expression/json.ts";
import { SlotError } from "../expression/slot.ts";

/**
 * The detail of the error that a slot's failure becomes: the slot's pointer, the expression and the reason, which by
 * default is what the error says.
 */
export function slotFailure(
  label: string,
  value: Json,
  error: ExpressionError,
  reason = error.message,
): string {
  const pointer = error instanceof SlotError ? error.pointer : "";
  const text = resolve(value, pointer);
  const expression = typeof text === "string" ? ` ${shorten(text.trim())}` : "";
  return `${label}${pointer}:${expression}: ${reason}`;
}

/** The beginning of a text, for an error. */
export function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** What a JSON pointer names in a value. */
function resolve(value: Json, pointer: string): unknown {
  const keys = pointer.split("/").slice(1);
  return keys.reduce<unknown>(
    (at, key) => (at as Record<string, unknown>)?.[key.replaceAll("~1", "/").replaceAll("~0", "~")],
    value,
  );
}
