import type { Json } from "../../expression/json.ts";
import { didYouMean } from "../shape/suggest.ts";
import type { SlotKind } from "../slots.ts";
import { placeAt, pointerTo } from "../source/place.ts";
import { quoted } from "../source/quote.ts";
import { spanInScalar } from "../source/scalar.ts";
import { asList, asObject, type Context } from "./context.ts";
import { filledSlots } from "./filled-slots.ts";

const mention = /\$secrets(?:\.([A-Za-z_]\w*)|\.?\["([^"\\]+)"\])/g;

/**
 * `$secrets.name` names a secret that `use.secrets` lists, or the execution would fault there. A warning: the text is
 * not parsed for this, and the mention may stand in a string of the expression.
 */
export function checkSecrets(context: Context): void {
  const listed = new Set(asList(asObject(context.document["use"])["secrets"]));
  const names = [...listed].filter((name) => typeof name === "string");
  for (const slot of filledSlots(context.document)) {
    for (const { pointer, text } of strings(slot.value, slot.pointer)) {
      if (!isExpression(text, slot.kind)) continue;
      for (const match of text.matchAll(mention)) {
        const name = match[1] ?? match[2] ?? "";
        if (listed.has(name)) continue;
        const place = placeAt(context.place, pointer);
        const span = spanInScalar(context.findings.source.text, place, text, match.index, match[0].length);
        const hint = () => didYouMean(name, names, "Listed are") ?? `Add ${quoted(name)} there`;
        context.findings.warning(span, `Secret ${quoted(name)} is not listed under "use.secrets"`, hint);
      }
    }
  }
}

function isExpression(text: string, kind: SlotKind): boolean {
  if (kind === "expression") return true;
  return kind === "value" ? text.includes("${") : text.trimStart().startsWith("${");
}

function* strings(value: Json, pointer: string): Generator<{ pointer: string; text: string }> {
  if (typeof value === "string") yield { pointer, text: value };
  if (typeof value !== "object" || value === null) return;
  for (const [key, child] of Object.entries(value)) yield* strings(child as Json, pointerTo(pointer, key));
}
