import type { HttpRequest, OpenApiRequest } from "../../dsl/request.ts";
import type { Json } from "../../expression/json.ts";
import type { ActivityContext } from "../activity.ts";
import { runHttp } from "../http/http.ts";
import { baseAddress } from "./address.ts";
import { bindBody } from "./body.ts";
import { loadDocument } from "./document.ts";
import { findOperation, type Operation } from "./operation.ts";
import { bindParameters } from "./parameters.ts";

/**
 * `call: openapi` (dsl-reference.md "OpenAPI Call"), for OpenAPI 2.0, 3.0 and 3.1. Faults with a configuration error
 * when the document or the operation cannot be used, with a validation error when a parameter is missing or unknown,
 * and otherwise like `call: http`.
 */
export async function runOpenApi(request: OpenApiRequest, context: ActivityContext): Promise<Json> {
  const document = await loadDocument(request.document, context);
  const operation = findOperation(document, request.operationId);
  return await runHttp(toHttp(request, operation), context);
}

function toHttp(request: OpenApiRequest, operation: Operation): HttpRequest {
  const bound = bindParameters(operation, request.parameters);
  const body = bindBody(operation, bound.rest);
  const uri = new URL(baseAddress(operation) + bound.path);
  for (const [name, value] of bound.query) uri.searchParams.append(name, value);
  const accept = operation.produces.find((type) => /[/+]json\b/i.test(type));
  return {
    kind: "http",
    method: operation.method,
    uri: uri.href,
    headers: {
      ...(accept === undefined ? {} : { accept }),
      ...(bound.cookies.length === 0 ? {} : { cookie: bound.cookies.join("; ") }),
      ...(body === undefined ? {} : { "content-type": body.contentType }),
      ...bound.headers,
    },
    query: {},
    ...(body === undefined ? {} : { body: body.value }),
    output: request.output,
    redirect: request.redirect,
    ...(request.authentication === undefined ? {} : { authentication: request.authentication }),
  };
}
