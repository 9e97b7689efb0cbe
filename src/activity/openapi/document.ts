import { standardError, WorkflowFault } from "../../dsl/error.ts";
import type { ResourceLocation } from "../../dsl/request.ts";
import type { Json, JsonObject } from "../../expression/json.ts";
import type { ActivityContext } from "../activity.ts";
import { runResource } from "../resource/resource.ts";

/** An OpenAPI document and where it came from. */
export interface ApiDocument {
  readonly uri: string;
  /** 2 or 3: the major version. */
  readonly version: 2 | 3;
  readonly root: JsonObject;
}

interface CacheEntry {
  readonly document: ApiDocument;
  /** ms of the monotonic clock. */
  readonly loadedAtMs: number;
}

const cacheEntries = 32;
const cacheMs = 60_000;
const cache = new Map<string, CacheEntry>();

/** Fetches a document, or takes it from the cache: a minute at most, and never one behind authentication. */
export async function loadDocument(
  location: ResourceLocation,
  context: ActivityContext,
): Promise<ApiDocument> {
  const cached = cache.get(location.uri);
  if (cached !== undefined && performance.now() - cached.loadedAtMs < cacheMs) return cached.document;
  cache.delete(location.uri);
  const document = toDocument(await runResource(location, context), location.uri);
  if (location.authentication === undefined) {
    cache.set(location.uri, { document, loadedAtMs: performance.now() });
    const oldest = cache.keys().next().value;
    if (cache.size > cacheEntries && oldest !== undefined) cache.delete(oldest);
  }
  return document;
}

function toDocument(value: Json, uri: string): ApiDocument {
  const root = asObject(value);
  if (root?.["swagger"] === "2.0") return { uri, version: 2, root };
  if (/^3\.[01]\b/.test(String(root?.["openapi"]))) return { uri, version: 3, root: root as JsonObject };
  throw misconfigured(`"${uri}" is not an OpenAPI document of version 2.0, 3.0 or 3.1`);
}

const longestChain = 32;

/** The object that stands at a place of the document, with local references (`#/…`) followed. */
export function resolve(document: ApiDocument, value: Json | undefined): JsonObject | undefined {
  let current = asObject(value);
  for (let hop = 0; current !== undefined && typeof current["$ref"] === "string"; hop++) {
    const reference = current["$ref"];
    if (!reference.startsWith("#/"))
      throw misconfigured(
        `The reference "${reference}" leads out of the OpenAPI document, which is not supported`,
      );
    if (hop === longestChain) throw misconfigured(`The reference "${reference}" goes round in circles`);
    current = asObject(lookUp(document.root, reference));
    if (current === undefined) throw misconfigured(`The reference "${reference}" leads to nothing`);
  }
  return current;
}

function lookUp(root: JsonObject, reference: string): Json | undefined {
  let value: Json | undefined = root;
  for (const part of reference.slice(2).split("/")) {
    const key = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
    const within = asObject(value);
    value = within !== undefined && Object.hasOwn(within, key) ? within[key] : undefined;
  }
  return value;
}

export function asObject(value: Json | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

export function asList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function misconfigured(detail: string): WorkflowFault {
  return new WorkflowFault(standardError("configuration", detail));
}
