import type { JsonObject } from "../../expression/json.ts";
import { nearest } from "../../expression/nearest.ts";
import type { Findings } from "../source/finding.ts";
import { nameSpan, type Place } from "../source/place.ts";
import { quoted } from "../source/quote.ts";
import { subject } from "./describe.ts";
import type { Record, Shape } from "./shape.ts";
import { didYouMean } from "./suggest.ts";

/** Unknown, missing and conflicting keys of one record. */
export function checkKeys(shape: Record, value: JsonObject, place: Place, findings: Findings): void {
  const keys = shape.known;
  const given = Object.keys(value);
  const unknown = given.filter((key) => !Object.hasOwn(keys, key));
  if (shape.others !== "free") {
    for (const key of unknown) reportUnknown(key, shape, keys, given, place, findings);
  }
  const missing = Object.keys(shape.required).filter((key) => !given.includes(key));
  for (const key of missing) {
    if (misspelt(shape, unknown, [key])) continue;
    findings.error(nameSpan(start(place)), `${subject(place)} needs the key "${key}"`);
  }
  for (const group of shape.exactlyOne) {
    checkGroup(group, true, given, place, findings, misspelt(shape, unknown, group));
  }
  for (const group of shape.atLeastOne) {
    checkGroup(group, false, given, place, findings, misspelt(shape, unknown, group));
  }
}

/** Whether the error about an unknown key says already what is missing. */
function misspelt(shape: Record, unknown: readonly string[], keys: readonly string[]): boolean {
  return shape.others === "closed" && unknown.some((key) => nearest(key, keys) !== undefined);
}

function reportUnknown(
  key: string,
  shape: Record,
  keys: { readonly [key: string]: Shape },
  given: readonly string[],
  place: Place,
  findings: Findings,
): void {
  const span = nameSpan(place.children?.get(key) ?? place);
  const where = place.name === undefined ? "a definition" : subject(place);
  const message = `Unknown key ${quoted(key)} in ${where}`;
  const hint = () => unknownHint(key, keys, given);
  if (shape.others === "open") findings.warning(span, message, hint);
  else findings.error(span, message, hint);
}

function unknownHint(
  key: string,
  keys: { readonly [key: string]: Shape },
  given: readonly string[],
): string | undefined {
  if (key === "<<") return "YAML 1.2 has no merge keys: write the keys out";
  const free = Object.keys(keys).filter((name) => !given.includes(name));
  const near = nearest(key, free);
  if (near !== undefined) return `Did you mean "${near}"?`;
  const home = Object.keys(keys).find((name) => hasKey(keys[name]!, key));
  if (home !== undefined) return `It belongs under "${home}"`;
  return didYouMean(key, free, "It can have");
}

function hasKey(shape: Shape, key: string): boolean {
  if (shape.form === "union") return shape.object !== undefined && hasKey(shape.object, key);
  return (
    shape.form === "record" && (Object.hasOwn(shape.required, key) || Object.hasOwn(shape.optional, key))
  );
}

function checkGroup(
  group: readonly string[],
  single: boolean,
  given: readonly string[],
  place: Place,
  findings: Findings,
  told: boolean,
): void {
  const [first, second] = given.filter((key) => group.includes(key));
  const names = group.map((key) => `"${key}"`).join(", ");
  if (first === undefined) {
    if (told) return;
    const count = single ? "one" : "at least one";
    findings.error(nameSpan(start(place)), `${subject(place)} needs ${count} of ${names}`);
  } else if (single && second !== undefined) {
    const span = nameSpan(place.children?.get(second) ?? place);
    findings.error(
      span,
      `${subject(place)} has both "${first}" and "${second}"`,
      `It can have only one of ${names}`,
    );
  }
}

/** The place at which something missing is reported: a whole document is not underlined. */
function start(place: Place): Place {
  return place.name === undefined ? { start: place.start, end: place.start } : place;
}
