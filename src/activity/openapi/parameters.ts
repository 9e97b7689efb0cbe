import { standardError, WorkflowFault } from "../../dsl/error.ts";
import { didYouMean } from "../../dsl/shape/suggest.ts";
import type { Json, JsonObject } from "../../expression/json.ts";
import { asObject } from "./document.ts";
import type { Operation, Parameter } from "./operation.ts";
import { cookieParts, headerText, pathText, queryPairs } from "./style.ts";

/** Values of an operation's parameters, where they belong. */
export interface BoundParameters {
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  /** What is left for the request's body, by name. */
  readonly rest: JsonObject;
}

/** Faults with a validation error when a required parameter is missing, or one is given that is not known. */
export function bindParameters(operation: Operation, given: JsonObject): BoundParameters {
  let path = operation.path;
  const query: [string, string][] = [];
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  const rest = new Map(Object.entries(given));
  for (const parameter of operation.parameters) {
    if (parameter.in === "body" || parameter.in === "formData") continue;
    rest.delete(parameter.name);
    const value = valueFor(parameter, given, operation);
    if (value === undefined) continue;
    if (parameter.in === "path")
      path = path.replaceAll(`{${parameter.name}}`, () => segment(parameter, value));
    else if (parameter.in === "query") query.push(...queryPairs(parameter, value));
    else if (parameter.in === "header") headers[parameter.name] = headerText(parameter, value);
    else if (parameter.in === "cookie") cookies.push(...cookieParts(parameter, value));
  }
  const open = /\{([^{}]*)\}/.exec(path)?.[1];
  if (open !== undefined) throw invalid(`The path parameter "${open}" of "${operation.id}" is not declared`);
  return { path, query, headers, cookies, rest: Object.fromEntries(rest) as JsonObject };
}

/** A path's part; `.` and `..` would silently lead to another path. */
function segment(parameter: Parameter, value: Json): string {
  const text = pathText(parameter, value);
  if (text === "." || text === "..")
    throw invalid(`"${text}" cannot stand in a path, as "${parameter.name}" does`);
  return text;
}

/** The value of a parameter; undefined when it has none and needs none. */
export function valueFor(parameter: Parameter, given: JsonObject, operation: Operation): Json | undefined {
  const value = Object.hasOwn(given, parameter.name) ? given[parameter.name] : undefined;
  if (value !== undefined && value !== null) return value;
  if (!parameter.required) return undefined;
  const fallback = parameter.schema["default"] ?? asObject(parameter.definition["schema"])?.["default"];
  if (fallback !== undefined && fallback !== null) return fallback;
  throw invalid(`The parameter "${parameter.name}" of "${operation.id}" is required`);
}

/** Faults when a value is given that the operation has no place for. */
export function refuseUnknown(operation: Operation, names: readonly string[]): void {
  const [unknown] = names;
  if (unknown === undefined) return;
  const known = operation.parameters.map((parameter) => parameter.name);
  const hint = didYouMean(unknown, known, "it has")?.replace("Did", "did");
  throw invalid(`"${operation.id}" has no parameter "${unknown}"${hint === undefined ? "" : `; ${hint}`}`);
}

export function invalid(detail: string): WorkflowFault {
  return new WorkflowFault(standardError("validation", detail));
}
