import type { Json } from "../../expression/json.ts";
import { compileSlot } from "../../expression/slot.ts";
import { wholeExpression } from "../../expression/slot-text.ts";
import { didYouMean } from "../shape/suggest.ts";
import { placeAt, pointerTo } from "../source/place.ts";
import { quoted } from "../source/quote.ts";
import { spanInScalar } from "../source/scalar.ts";
import { asList, asObject, type Context } from "./context.ts";
import type { FilledSlot } from "./filled-slots.ts";

/** What the text of slots mentions. It is not parsed for this: what may be meant in another way is a warning. */
export function checkMentions(context: Context): void {
  const { language = "jq", mode } = asObject(context.document["evaluate"]);
  if (language !== "jq") return;
  const secrets = new Set(asList(asObject(context.document["use"])["secrets"]));
  for (const slot of context.slots) {
    for (const { pointer, text } of strings(slot.value, slot.pointer)) {
      if (slot.kind === "literal") checkPartial(context, pointer, text);
      if (isExpression(text, pointer, slot)) checkSecrets(context, { pointer, text, slot }, secrets);
      else if (mode !== "loose" && slot.kind !== "literal") checkBareVariable(context, pointer, text, slot);
    }
  }
}

const secretMention = /\$secrets(?:\.([A-Za-z_]\w*)|\.?\["([^"\\]+)"\])/g;

/** `$secrets.name` names a secret that `use.secrets` lists: a workflow may use no others (dsl.md "Secret"). */
function checkSecrets(
  context: Context,
  { pointer, text, slot }: { pointer: string; text: string; slot: FilledSlot },
  secrets: ReadonlySet<Json>,
): void {
  for (const match of text.matchAll(secretMention)) {
    const name = match[1] ?? match[2] ?? "";
    if (secrets.has(name) || !readsSecrets(text, slot)) continue;
    const place = placeAt(context.place, pointer);
    const span = spanInScalar(context.findings.source.text, place, text, match.index, match[0].length);
    const names = [...secrets].filter((secret) => typeof secret === "string");
    const hint = () => didYouMean(name, names, "Listed are") ?? `Add ${quoted(name)} there`;
    context.findings.error(span, `Secret ${quoted(name)} is not listed under "use.secrets"`, hint);
  }
}

/** False where all there is of it is a text that looks like it, or nothing that can be compiled. */
function readsSecrets(text: string, { kind, variables }: FilledSlot): boolean {
  try {
    return compileSlot(text, { kind, variables, mode: "strict" }).variables.has("secrets");
  } catch {
    return false;
  }
}

/** `error: $error` is text where a value may stand (ruling 2), and hardly ever meant as one. */
function checkBareVariable(context: Context, pointer: string, text: string, slot: FilledSlot): void {
  const name = /^\$([A-Za-z_]\w*)/.exec(text)?.[1];
  if (name === undefined || !slot.variables.includes(name)) return;
  const message = `${quoted(text)} is text here, not an expression`;
  context.findings.warning(
    placeAt(context.place, pointer),
    message,
    `If it is meant as one, write \${ ${text} }`,
  );
}

/** No shell has a parameter of such a name: it would answer "Bad substitution". */
const partialExpression = /(?<!\\)\$\{(?:\s*\.|\s+\(?[$"]|\$[A-Za-z_])/;

/** `echo ${ .name }`: within a command it belongs to the shell (ruling 3), which cannot do anything with it. */
function checkPartial(context: Context, pointer: string, text: string): void {
  const match =
    wholeExpression(text) === undefined && pointer.endsWith("/command") && partialExpression.exec(text);
  if (!match) return;
  const place = placeAt(context.place, pointer);
  context.findings.warning(
    spanInScalar(context.findings.source.text, place, text, match.index, match[0].length),
    `${quoted(match[0])} belongs to the shell here, it is no expression`,
    'Hand the value over in "environment" or "arguments"',
  );
}

/** Whether a string of a slot is an expression or has one in it; the pointer tells the slot itself from its parts. */
function isExpression(text: string, pointer: string, { kind, pointer: own }: FilledSlot): boolean {
  if (kind === "expression" && pointer === own) return true;
  return kind === "literal" ? text.trimStart().startsWith("${") : text.includes("${");
}

/** Those in which anything may be mentioned. */
function* strings(value: Json, pointer: string): Generator<{ pointer: string; text: string }> {
  if (typeof value === "string" && value.includes("$")) yield { pointer, text: value };
  if (typeof value !== "object" || value === null) return;
  for (const [key, child] of Object.entries(value)) yield* strings(child as Json, pointerTo(pointer, key));
}
