import type { JsonObject } from "../../expression/json.ts";
import { asObject, misconfigured } from "./document.ts";
import type { Operation } from "./operation.ts";

/** Where an operation's path is appended: absolute, without a slash at its end. */
export function baseAddress(operation: Operation): string {
  const address = operation.document.version === 2 ? hostAddress(operation) : serverAddress(operation);
  return address.replace(/\/+$/, "");
}

/** 3.x: the first server, its variables at their defaults; a relative one is resolved against the document's URI. */
function serverAddress({ document, servers }: Operation): string {
  const server = asObject(servers[0]);
  const template = typeof server?.["url"] === "string" ? server["url"] : "/";
  const variables = asObject(server?.["variables"]) ?? {};
  const url = template.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const value = asObject(variables[name])?.["default"];
    if (typeof value !== "string")
      throw misconfigured(`The server variable "${name}" in "${document.uri}" has no default`);
    return value;
  });
  if (!URL.canParse(url, document.uri))
    throw misconfigured(`The server "${url}" in "${document.uri}" is not a URI`);
  return httpOnly(new URL(url, document.uri), document.uri);
}

/** 2.0: `host`, `basePath` and `schemes`; what is missing is that of the document's URI. */
function hostAddress({ document, schemes }: Operation): string {
  const origin = new URL(document.uri);
  const own = origin.protocol.slice(0, -1);
  const usable: readonly string[] = schemes.filter((scheme) => scheme === "http" || scheme === "https");
  const scheme = usable.includes(own) ? own : (usable[0] ?? own);
  const host = textOr(document.root, "host", origin.host);
  const address = `${scheme}://${host}${textOr(document.root, "basePath", "")}`;
  if (!URL.canParse(address)) throw misconfigured(`The host "${host}" in "${document.uri}" is not a host`);
  return httpOnly(new URL(address), document.uri);
}

function textOr(root: JsonObject, key: string, fallback: string): string {
  const value = root[key];
  return typeof value === "string" ? value : fallback;
}

function httpOnly(url: URL, uri: string): string {
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw misconfigured(`"${uri}" does not say at which http or https address its operations are`);
  return url.href;
}
