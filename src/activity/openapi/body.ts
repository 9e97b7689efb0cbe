import type { Json, JsonObject } from "../../expression/json.ts";
import { asObject, misconfigured, resolve } from "./document.ts";
import type { Operation, Parameter } from "./operation.ts";
import { invalid, refuseUnknown, valueFor } from "./parameters.ts";

export interface BoundBody {
  readonly contentType: string;
  readonly value: Json;
}

const formType = "application/x-www-form-urlencoded";

/** The body of a request, from the values that are not parameters; undefined when there is none. */
export function bindBody(operation: Operation, rest: JsonObject): BoundBody | undefined {
  if (operation.document.version === 3) return bindRequestBody(operation, rest);
  const whole = operation.parameters.find((parameter) => parameter.in === "body");
  const fields = operation.parameters.filter((parameter) => parameter.in === "formData");
  const known = new Set([whole, ...fields].map((parameter) => parameter?.name));
  refuseUnknown(
    operation,
    Object.keys(rest).filter((name) => !known.has(name)),
  );
  if (whole !== undefined) return wholeBody(operation, whole, rest);
  return fields.length === 0 ? undefined : formBody(operation, fields, rest);
}

function wholeBody(operation: Operation, parameter: Parameter, rest: JsonObject): BoundBody | undefined {
  const value = valueFor(parameter, rest, operation);
  if (value === undefined) return undefined;
  const contentType = operation.consumes.find(isJson) ?? operation.consumes[0] ?? "application/json";
  return { contentType, value: encoded(value, contentType, parameter.schema) };
}

function formBody(
  operation: Operation,
  fields: readonly Parameter[],
  rest: JsonObject,
): BoundBody | undefined {
  const form: Record<string, Json> = {};
  for (const field of fields) {
    const value = valueFor(field, rest, operation);
    if (value === undefined) continue;
    if (field.definition["type"] === "file")
      throw misconfigured(`"${operation.id}" uploads the file "${field.name}", which is not supported`);
    form[field.name] = value;
  }
  return Object.keys(form).length === 0 ? undefined : { contentType: formType, value: form };
}

/** 3.x: the body is `parameters.body`, or the object made of all that is not a parameter. */
function bindRequestBody(operation: Operation, rest: JsonObject): BoundBody | undefined {
  const names = Object.keys(rest);
  if (operation.requestBody === undefined) {
    refuseUnknown(operation, names);
    return undefined;
  }
  const content = asObject(operation.requestBody["content"]) ?? {};
  const contentType = preferred(Object.keys(content));
  const value = names.length === 1 && names[0] === "body" ? rest["body"] : rest;
  if (names.length === 0 || value === undefined) {
    if (operation.requestBody["required"] !== true) return undefined;
    throw invalid(`The request body of "${operation.id}" is required; give it as the parameter "body"`);
  }
  if (contentType.startsWith("multipart/"))
    throw misconfigured(`"${operation.id}" takes a body of type "${contentType}", which is not supported`);
  const schema = resolve(operation.document, asObject(content[contentType])?.["schema"]);
  return { contentType, value: encoded(value, contentType, schema ?? {}) };
}

function preferred(types: readonly string[]): string {
  const usable =
    types.find(isJson) ??
    types.find((type) => type === formType) ??
    types.find((type) => !/^multipart/.test(type));
  const type = usable ?? types[0] ?? "application/json";
  return type === "*/*" || type === "application/*" ? "application/json" : type;
}

/** A string is sent as it is by `call: http`; where the API wants a JSON string, it has to be made one. */
function encoded(value: Json, contentType: string, schema: JsonObject): Json {
  return typeof value === "string" && isJson(contentType) && schema["type"] === "string"
    ? JSON.stringify(value)
    : value;
}

function isJson(type: string): boolean {
  return /^application\/([\w.-]+\+)?json\b/i.test(type);
}
