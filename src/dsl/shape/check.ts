import type { Json, JsonObject } from "../../expression/json.ts";
import type { Findings } from "../source/finding.ts";
import { nameSpan, type Place, type Span } from "../source/place.ts";
import { quoted } from "../source/quote.ts";
import { describe, subject, typeOf } from "./describe.ts";
import { checkKeys } from "./keys.ts";
import type { Entries, Later, List, Mapping, Record, Select, Shape, Text, Union, Whole } from "./shape.ts";
import { nearHint } from "./suggest.ts";

/** Compares a value with its shape and reports every difference at its place. */
export function checkShape(shape: Shape, value: Json, place: Place, findings: Findings): void {
  if (shape.form === "later") checkShape(shape.shape(), value, place, findings);
  else if (!hasType(shape, value)) wrongType(shape, value, place, findings);
  else checkTyped(shape, value, place, findings);
}

function hasType(shape: Exclude<Shape, Later>, value: Json): boolean {
  const type = typeOf(value);
  switch (shape.form) {
    case "any":
      return true;
    case "union":
      return type !== "null" && shape[type] !== undefined;
    case "text":
    case "truth":
      return type === shape.form;
    case "whole":
      return shape.fractions ? type === "number" : Number.isSafeInteger(value);
    case "list":
    case "entries":
      return type === "list";
    default:
      return type === "object";
  }
}

function checkTyped(shape: Exclude<Shape, Later>, value: Json, place: Place, findings: Findings): void {
  if (shape.form === "text") checkText(shape, value as string, place, findings);
  else if (shape.form === "whole") checkWhole(shape, value as number, place, findings);
  else if (shape.form === "union") checkUnion(shape, value, place, findings);
  else if (shape.form === "list") checkList(shape, value as readonly Json[], place, findings);
  else if (shape.form === "entries") checkEntries(shape, value as readonly Json[], place, findings);
  else if (shape.form === "mapping") checkMapping(shape, value as JsonObject, place, findings);
  else if (shape.form === "record") checkRecord(shape, value as JsonObject, place, findings);
  else if (shape.form === "select") checkSelect(shape, value as JsonObject, place, findings);
}

function checkList(shape: List, value: readonly Json[], place: Place, findings: Findings): void {
  tooFew(shape.min, value.length, "item", place, findings);
  checkChildren(() => shape.item, value, place, findings);
}

function checkMapping(shape: Mapping, value: JsonObject, place: Place, findings: Findings): void {
  tooFew(shape.min, Object.keys(value).length, "key", place, findings);
  checkChildren(() => shape.value, value, place, findings);
}

function checkRecord(shape: Record, value: JsonObject, place: Place, findings: Findings): void {
  checkKeys(shape, value, place, findings);
  const { known } = shape;
  checkChildren((name) => (Object.hasOwn(known, name) ? known[name] : undefined), value, place, findings);
}

function checkSelect(shape: Select, value: JsonObject, place: Place, findings: Findings): void {
  const chosen = shape.by(value, place.name ?? "");
  if (chosen.form === "refusal") {
    const at = chosen.key === undefined ? place : (place.children?.get(chosen.key) ?? place);
    findings.error(nameSpan(at), chosen.message, chosen.hint);
  } else {
    checkShape(chosen, value, place, findings);
  }
}

function checkChildren(
  shapeOf: (name: string) => Shape | undefined,
  value: JsonObject | readonly Json[],
  place: Place,
  findings: Findings,
): void {
  for (const [name, child] of Object.entries(value)) {
    const shape = shapeOf(name);
    const childPlace = place.children?.get(name);
    if (shape === undefined || childPlace === undefined || child === undefined) continue;
    checkShape(shape, child, childPlace, findings);
  }
}

function checkEntries(shape: Entries, value: readonly Json[], place: Place, findings: Findings): void {
  tooFew(shape.min, value.length, shape.of, place, findings);
  for (const [index, entry] of value.entries()) {
    const entryPlace = place.children?.get(String(index)) ?? place;
    if (isObject(entry) && Object.keys(entry).length === 1) {
      checkChildren(() => shape.value, entry, entryPlace, findings);
    } else {
      entryFault(shape.of, entry, entryPlace, findings);
    }
  }
}

/** The usual slip: the task's keys stand as deep as its name, so that they look like names too. */
function entryFault(of: Entries["of"], entry: Json, place: Place, findings: Findings): void {
  const [name = "", second] = isObject(entry) ? Object.keys(entry) : [];
  const at = second === undefined ? place : nameSpan(place.children?.get(second) ?? place);
  const message =
    second === undefined
      ? `A ${of} must be a mapping of its name to its definition, not ${describe(entry)}`
      : `A ${of} has one name, here are ${quoted(name)} and ${quoted(second)}`;
  const hint =
    second === undefined
      ? `Write "- name:" and the definition below it`
      : `Indent ${quoted(second)} if it belongs to ${quoted(name)}, or begin it with "- " if it is a ${of} of its own`;
  findings.error(at, message, hint);
}

function checkText(shape: Text, value: string, place: Place, findings: Findings): void {
  if (shape.oneOf !== undefined && !shape.oneOf.includes(value)) {
    const names = shape.oneOf.map((name) => JSON.stringify(name)).join(", ");
    const message = `${subject(place)} must be one of ${names}, not ${describe(value)}`;
    findings.error(place, message, () => nearHint(value, shape.oneOf ?? []));
  } else if (shape.test !== undefined && !shape.test(value) && !(shape.dynamic && value.includes("${"))) {
    findings.error(place, `${subject(place)} must be ${shape.expected}, not ${describe(value)}`, shape.hint);
  }
}

function checkWhole(shape: Whole, value: number, place: Place, findings: Findings): void {
  const { min = -Infinity, max = Infinity } = shape;
  if (value >= min && value <= max) return;
  const bound = value < min ? `at least ${min}` : `at most ${max}`;
  findings.error(place, `${subject(place)} must be ${bound}, not ${value}`);
}

function checkUnion(shape: Union, value: Json, place: Place, findings: Findings): void {
  const type = typeOf(value);
  const branch = type === "null" ? undefined : shape[type];
  if (branch !== undefined) checkShape(branch, value, place, findings);
}

function wrongType(shape: Shape, value: Json, place: Place, findings: Findings): void {
  const message = `${subject(place)} must be ${expectedType(shape)}, not ${describe(value)}`;
  const span = value === null || isCollection(value) ? nameSpan(place) : place;
  findings.error(span, message, typeHint(shape, value, place, findings));
}

function typeHint(shape: Shape, value: Json, place: Place, findings: Findings): string | undefined {
  if (shape.form === "entries" && isObject(value)) return `Put "- " before the name of each ${shape.of}`;
  return quoteHint(shape, value, place, findings);
}

/** A number where a text belongs was meant as one: `dsl: 1.0`; but `wait: 5` is not helped by quotes. */
function quoteHint(shape: Shape, value: Json, place: Span, findings: Findings): string | undefined {
  const wanted = shape.form === "union" ? shape.text : shape;
  if (wanted?.form !== "text" || (typeof value !== "number" && typeof value !== "boolean")) return undefined;
  const written = findings.source.text.slice(place.start, Math.min(place.end, place.start + 80));
  const helps = wanted.hint === undefined || wanted.test === undefined || wanted.test(written);
  return helps ? `Quote it: "${written}"` : wanted.hint;
}

function expectedType(shape: Shape): string {
  switch (shape.form) {
    case "text":
      return "a string";
    case "whole":
      return shape.fractions ? "a number" : "a whole number";
    case "truth":
      return "true or false";
    case "list":
      return "a list";
    case "entries":
      return `a list of ${shape.of}s`;
    case "union":
      return Object.values({ ...shape, form: undefined })
        .filter((branch) => branch !== undefined && branch.form !== "any")
        .map((branch) => expectedType(branch as Shape))
        .join(" or ");
    case "later":
      return expectedType(shape.shape());
    default:
      return "a mapping";
  }
}

function tooFew(min: number | undefined, count: number, of: string, place: Place, findings: Findings): void {
  if (count >= (min ?? 0)) return;
  findings.error(nameSpan(place), `${subject(place)} must have at least ${min} ${of}`);
}

function isCollection(value: Json): boolean {
  return typeof value === "object" && value !== null;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
