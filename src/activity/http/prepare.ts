import { standardError, WorkflowFault } from "../../dsl/error.ts";
import type { HttpRequest } from "../../dsl/request.ts";
import type { Json } from "../../expression/json.ts";
import type { ActivityContext } from "../activity.ts";
import { authorizationHeader, basicHeader } from "./authentication.ts";
import { unavailable } from "./fault.ts";

/** A request ready to be sent: every part checked, nothing of it can be refused by `fetch` any more. */
export interface PreparedRequest {
  readonly method: string;
  /** Without user and password: those travel in the Authorization header. */
  readonly url: URL;
  readonly headers: Headers;
  /** The headers that may be shown to the workflow: all but an Authorization the author did not write out. */
  readonly shownHeaders: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

// Bun's fetch turns a method it does not know into GET, so unknown ones have to be refused here.
const methods = new Set(
  (
    "GET HEAD POST PUT PATCH DELETE OPTIONS TRACE QUERY SEARCH PURGE LINK UNLINK " +
    "PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK REPORT"
  ).split(" "),
);

const formType = "application/x-www-form-urlencoded";

/** Checks and assembles a request. Faults with a configuration error that names what is wrong. */
export function prepareRequest(
  request: HttpRequest,
  { idempotencyKey, traceparent, policy }: Pick<ActivityContext, "idempotencyKey" | "traceparent" | "policy">,
): PreparedRequest {
  const method = request.method.toUpperCase();
  if (!methods.has(method)) throw misconfigured(`Unknown HTTP method "${request.method}"`);
  const url = parseHttpUrl(request.uri);
  const credentials = takeCredentials(url);
  appendQuery(url, request.query);

  const headers = readHeaders(request.headers);
  const body = encodeBody(request.body, headers);
  if (body !== undefined && (method === "GET" || method === "HEAD"))
    throw misconfigured(`A ${method} request cannot carry a body; use "query", or another method`);
  if (!headers.has("idempotency-key")) headers.set("idempotency-key", idempotencyKey);
  if (traceparent !== undefined && !headers.has("traceparent")) headers.set("traceparent", traceparent);
  if (policy.userAgent !== undefined && !headers.has("user-agent"))
    headers.set("user-agent", policy.userAgent);
  const shownHeaders = Object.fromEntries(headers);
  const authorization = request.authentication ? authorizationHeader(request.authentication) : credentials;
  if (authorization !== undefined && !headers.has("authorization"))
    headers.set("authorization", authorization);
  return { method, url, headers, shownHeaders, body };
}

/**
 * Parses an absolute http(s) URI. Any other reaches nobody, which is a communication error (ruling 23), and one that
 * does not repeat credentials.
 */
function parseHttpUrl(uri: string): URL {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url === undefined) throw nowhere(`"${withoutCredentials(uri)}" is not an absolute URI`);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw nowhere(`"${withoutCredentials(uri)}" is neither an http nor an https URI`);
  return url;
}

function takeCredentials(url: URL): string | undefined {
  if (url.username === "" && url.password === "") return undefined;
  const header = basicHeader(decodeUserInfo(url.username), decodeUserInfo(url.password));
  url.username = "";
  url.password = "";
  return header;
}

function decodeUserInfo(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw misconfigured('The user or the password in the URI has a "%" that stands for nothing: write %25');
  }
}

function withoutCredentials(uri: string): string {
  return uri.replace(/\/\/[^/?#]*@/, "//");
}

/** What stands in the URI is left as it is written there: a signature may cover it to the letter. */
function appendQuery(url: URL, query: HttpRequest["query"]): void {
  const added = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== null) added.append(name, textOf(item));
    }
  }
  if (added.size === 0) return;
  // A blank as "+" is the way of forms; "%20" is understood everywhere.
  const text = added.toString().replaceAll("+", "%20");
  url.search = url.search === "" ? text : `${url.search}&${text}`;
}

/** How a value stands in a query, a header or a form: a string as it is, anything else as JSON. */
export function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function readHeaders(source: HttpRequest["headers"]): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(source)) {
    try {
      headers.append(name, String(value));
    } catch {
      // The value may be a secret: only the name is told.
      throw misconfigured(`The HTTP header "${name}" has a name or a value that cannot be sent`);
    }
  }
  return headers;
}

function encodeBody(body: Json | undefined, headers: Headers): string | undefined {
  if (body === undefined) return undefined;
  const type = (headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
  if (typeof body === "string") {
    if (type === "") headers.set("content-type", "text/plain; charset=utf-8");
    return body;
  }
  if (type === formType) return encodeForm(body);
  if (type.startsWith("multipart/"))
    throw misconfigured(
      `A body of type "${type}" must be given as a string; objects are sent as JSON or form`,
    );
  if (type === "") headers.set("content-type", "application/json");
  return JSON.stringify(body);
}

function encodeForm(body: Json): string {
  if (body === null || typeof body !== "object" || Array.isArray(body))
    throw misconfigured(`A body of type "${formType}" must be an object or a string`);
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== null && item !== undefined) form.append(name, textOf(item));
    }
  }
  return form.toString();
}

function nowhere(detail: string): WorkflowFault {
  return new WorkflowFault(standardError("communication", detail, unavailable));
}

function misconfigured(detail: string): WorkflowFault {
  return new WorkflowFault(standardError("configuration", detail));
}
