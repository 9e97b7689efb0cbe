import { parse } from "yaml";
import { standardError, WorkflowFault } from "../../dsl/error.ts";
import type { ResourceLocation } from "../../dsl/request.ts";
import type { Json } from "../../expression/json.ts";
import type { ActivityContext } from "../activity.ts";
import { exchange } from "../http/exchange.ts";
import { prepareRequest } from "../http/prepare.ts";

/**
 * Fetches an external resource and parses it as JSON or YAML (dsl-reference.md "External Resource"): http and https, and
 * `file:` with an absolute path. Faults with a communication error when it cannot be had, with a configuration error
 * when it is neither JSON nor YAML.
 */
export async function runResource(location: ResourceLocation, context: ActivityContext): Promise<Json> {
  const text = /^file:/i.test(location.uri)
    ? await readFileUri(location.uri, context.policy.maxBytes)
    : await fetchText(location, context);
  return parseResource(text, location.uri);
}

async function fetchText(location: ResourceLocation, context: ActivityContext): Promise<string> {
  const request = prepareRequest(
    {
      kind: "http",
      method: "GET",
      uri: location.uri,
      headers: { accept: "application/json, application/yaml, text/yaml, */*;q=0.5" },
      query: {},
      output: "raw",
      redirect: true,
      ...(location.authentication === undefined ? {} : { authentication: location.authentication }),
    },
    context,
  );
  const answer = await exchange(request, {
    follow: true,
    acceptRedirect: false,
    signal: context.signal,
    maxBytes: context.policy.maxBytes,
  });
  return new TextDecoder().decode(answer.body);
}

async function readFileUri(uri: string, maxBytes: number): Promise<string> {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url === undefined || !uri.toLowerCase().startsWith("file:///"))
    throw misconfigured(`"${uri}" is not an absolute file URI; write file:///path/to/it`);
  const file = Bun.file(url);
  try {
    if (!(await file.stat()).isFile()) throw misconfigured(`"${uri}" is not a file`);
    if (file.size > maxBytes) throw misconfigured(`"${uri}" is larger than ${maxBytes} bytes`);
    return await file.text();
  } catch (error) {
    if (error instanceof WorkflowFault) throw error;
    throw misconfigured(`"${uri}" could not be read`);
  }
}

function parseResource(text: string, uri: string): Json {
  const quoted = uri.replace(/\/\/[^/?#]*@/, "//");
  try {
    // YAML's anchors are bounded by the library; JSON goes first, since it is faster and more common.
    const value: Json = /^\s*[[{]/.test(text) ? parseJsonOrYaml(text) : parse(text, { maxAliasCount: 100 });
    return value ?? null;
  } catch {
    throw misconfigured(`"${quoted}" is neither JSON nor YAML`);
  }
}

function parseJsonOrYaml(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return parse(text, { maxAliasCount: 100 });
  }
}

function misconfigured(detail: string): WorkflowFault {
  return new WorkflowFault(standardError("configuration", detail));
}
