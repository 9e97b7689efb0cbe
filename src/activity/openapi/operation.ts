import { didYouMean } from "../../dsl/shape/suggest.ts";
import type { Json, JsonObject } from "../../expression/json.ts";
import { type ApiDocument, asList, asObject, misconfigured, resolve } from "./document.ts";

/** One operation of a document, with what it inherits from its path and from the document. */
export interface Operation {
  readonly document: ApiDocument;
  readonly id: string;
  readonly method: string;
  /** Template, e.g. `/pet/{petId}`. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** 3.x only. */
  readonly requestBody: JsonObject | undefined;
  /** Media types it takes (2.0) and answers with. */
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  /** 3.x: the servers nearest to it. */
  readonly servers: readonly Json[];
  /** 2.0: the schemes nearest to it. */
  readonly schemes: readonly string[];
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly definition: JsonObject;
  /** 3.x: its schema; 2.0: the parameter itself, or the schema of a body. */
  readonly schema: JsonObject;
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** Faults with a configuration error that names the nearest operations when there is none with this id. */
export function findOperation(document: ApiDocument, id: string): Operation {
  const ids: string[] = [];
  for (const [path, value] of Object.entries(asObject(document.root["paths"]) ?? {})) {
    const item = resolve(document, value);
    if (item === undefined) continue;
    for (const method of methods) {
      const operation = resolve(document, item[method]);
      const operationId = operation?.["operationId"];
      if (operation === undefined || typeof operationId !== "string") continue;
      if (operationId === id) return describe({ document, id, method, path, item, operation });
      ids.push(operationId);
    }
  }
  const hint = didYouMean(id, ids, "its operations are")?.replace("Did", "did");
  throw misconfigured(
    `There is no operation "${id}" in "${document.uri}"${hint === undefined ? "" : `; ${hint}`}`,
  );
}

interface Found {
  readonly document: ApiDocument;
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly item: JsonObject;
  readonly operation: JsonObject;
}

function describe({ document, id, method, path, item, operation }: Found): Operation {
  const { root } = document;
  return {
    document,
    id,
    method,
    path,
    parameters: mergeParameters(document, item, operation),
    requestBody: resolve(document, operation["requestBody"]),
    consumes: strings(operation["consumes"] ?? root["consumes"]),
    produces:
      document.version === 2
        ? strings(operation["produces"] ?? root["produces"])
        : answered(document, operation),
    servers: asList(operation["servers"] ?? item["servers"] ?? root["servers"]),
    schemes: strings(operation["schemes"] ?? root["schemes"]),
  };
}

/** An operation's parameter replaces one of its path that has the same name and place. */
function mergeParameters(document: ApiDocument, item: JsonObject, operation: JsonObject): Parameter[] {
  const merged = new Map<string, Parameter>();
  for (const value of [...asList(item["parameters"]), ...asList(operation["parameters"])]) {
    const definition = resolve(document, value);
    const { name, in: place } = definition ?? {};
    if (definition === undefined || typeof name !== "string" || typeof place !== "string") continue;
    const schema = resolve(document, definition["schema"]) ?? definition;
    const required = definition["required"] === true || place === "path";
    merged.set(`${place} ${name}`, { name, in: place, required, definition, schema });
  }
  return [...merged.values()];
}

function answered(document: ApiDocument, operation: JsonObject): string[] {
  return Object.entries(asObject(operation["responses"]) ?? {})
    .filter(([status]) => /^(2..|default)$/i.test(status))
    .flatMap(([, response]) => Object.keys(asObject(resolve(document, response)?.["content"]) ?? {}));
}

function strings(value: Json | undefined): string[] {
  return asList(value).filter((item) => typeof item === "string");
}
