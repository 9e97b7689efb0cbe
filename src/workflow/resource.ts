import type { AuthenticationRef, Endpoint, ExternalResource } from "../dsl/types.ts";
import type { Json } from "../expression/json.ts";
import type { Site, Stage, TaskSlot } from "./site.ts";
import { type UriSlot, uriSlot } from "./uri-template.ts";

/** Where something is, and how to get in (dsl-reference.md "Endpoint", "External Resource"). */
export interface ResourceSlot {
  readonly uri: UriSlot;
  readonly authentication?: TaskSlot;
}

export function resourceSlot(
  resource: ExternalResource,
  path: string,
  site: Site,
  stage: Stage,
): ResourceSlot {
  return endpointSlot(resource.endpoint, `${path}/endpoint`, site, stage);
}

export function endpointSlot(
  endpoint: Endpoint,
  path: string,
  site: Site,
  stage: Stage = "definition",
): ResourceSlot {
  if (typeof endpoint === "string") return { uri: uriSlot(endpoint, path, site, stage) };
  return {
    uri: uriSlot(endpoint.uri, `${path}/uri`, site, stage),
    ...(endpoint.authentication !== undefined && {
      authentication: authenticationSlot(endpoint.authentication, `${path}/authentication`, site, stage),
    }),
  };
}

/** An authentication, inline or by name; what it holds may be expressions. */
export function authenticationSlot(
  reference: AuthenticationRef,
  path: string,
  site: Site,
  stage: Stage = "definition",
): TaskSlot {
  const named = "use" in reference && typeof reference.use === "string";
  const found = named ? site.component("authentications", reference.use, path) : reference;
  return site.value(found as unknown as Json, path, stage);
}
