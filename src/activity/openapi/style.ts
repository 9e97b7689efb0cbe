import type { Json } from "../../expression/json.ts";
import { textOf } from "../http/prepare.ts";
import { asObject } from "./document.ts";
import type { Parameter } from "./operation.ts";

/*
 * How values are written into a request: `style` and `explode` (OpenAPI 3), `collectionFormat` (2.0).
 */

const collectionSeparators: Readonly<Record<string, string>> = { csv: ",", ssv: " ", tsv: "\t", pipes: "|" };
const querySeparators: Readonly<Record<string, string>> = { spaceDelimited: " ", pipeDelimited: "|" };

/** Path parameters: `simple` (default), `label`, `matrix`. Percent-encoded. */
export function pathText(parameter: Parameter, value: Json): string {
  const { style, explode } = styleOf(parameter, "simple");
  const encoded = partsOf(parameter, value, encodeURIComponent);
  const name = encodeURIComponent(parameter.name);
  if (style === "label") return `.${join(encoded, explode ? "." : ",", explode)}`;
  if (style !== "matrix") return join(encoded, separatorOf(parameter), explode);
  if (!explode) return `;${name}=${join(encoded, ",", false)}`;
  return encoded.map(([key, text]) => `;${key ?? name}=${text}`).join("");
}

/** Query parameters: `form` (default, exploded), `spaceDelimited`, `pipeDelimited`, `deepObject`. Not yet encoded. */
export function queryPairs(parameter: Parameter, value: Json): [string, string][] {
  const { style, explode } = styleOf(parameter, "form");
  const parts = partsOf(parameter, value, (text) => text);
  if (style === "deepObject")
    return parts.map(([key, text]) => [`${parameter.name}${key ? `[${key}]` : ""}`, text]);
  if (explode) return parts.map(([key, text]) => [key ?? parameter.name, text]);
  return [[parameter.name, join(parts, querySeparators[style] ?? separatorOf(parameter), false)]];
}

/** Header parameters: always `simple`. */
export function headerText(parameter: Parameter, value: Json): string {
  return join(
    partsOf(parameter, value, (text) => text),
    separatorOf(parameter),
    styleOf(parameter, "simple").explode,
  );
}

/** Cookie parameters: always `form`. */
export function cookieParts(parameter: Parameter, value: Json): string[] {
  return queryPairs(parameter, value).map(([name, text]) => `${name}=${encodeURIComponent(text)}`);
}

type Part = readonly [key: string | undefined, text: string];

/** A value's items or properties; a scalar is its only item. */
function partsOf(parameter: Parameter, value: Json, encode: (text: string) => string): Part[] {
  const object = asObject(value);
  if (parameter.definition["content"] !== undefined) return [[undefined, encode(JSON.stringify(value))]];
  if (Array.isArray(value)) return value.map((item) => [undefined, encode(textOf(item))]);
  if (object === undefined) return [[undefined, encode(textOf(value))]];
  return Object.entries(object)
    .filter(([, item]) => item !== undefined && item !== null)
    .map(([key, item]) => [encode(key), encode(textOf(item as Json))]);
}

/** Properties are written `key=text` when exploded, else `key,text`. */
function join(parts: readonly Part[], separator: string, explode: boolean): string {
  const inner = explode ? "=" : separator;
  return parts.map(([key, text]) => (key === undefined ? text : `${key}${inner}${text}`)).join(separator);
}

function styleOf({ definition }: Parameter, standard: string): { style: string; explode: boolean } {
  const style = typeof definition["style"] === "string" ? definition["style"] : standard;
  const format = definition["collectionFormat"];
  const legacy = definition["schema"] === undefined && definition["content"] === undefined;
  const byDefault = legacy ? format === "multi" : style === "form";
  return { style, explode: typeof definition["explode"] === "boolean" ? definition["explode"] : byDefault };
}

function separatorOf({ definition }: Parameter): string {
  return collectionSeparators[String(definition["collectionFormat"])] ?? ",";
}
