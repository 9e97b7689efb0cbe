import type { Json, JsonObject } from "../expression/json.ts";
import type { Confidential } from "./confidential.ts";
import type { Authentication } from "./types.ts";

/**
 * What an activity is asked to do: a task's definition after evaluation, plain JSON, so that it can be written to a
 * journal and sent to another machine. One shape per kind of activity (`activity/`).
 */
export type ActivityRequest = HttpRequest | OpenApiRequest | ShellRequest | ResourceRequest | EvaluateRequest;

export interface HttpRequest extends Confidential {
  readonly kind: "http";
  readonly method: string;
  /** Absolute URI, already expanded. */
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, Json>>;
  /** Absent: no body. A string is sent as it is; anything else as JSON, unless content-type says otherwise. */
  readonly body?: Json;
  readonly output: HttpOutput;
  /** Whether a 3xx answer is a success (dsl-reference.md "HTTP Call"). */
  readonly redirect: boolean;
  readonly authentication?: Authentication;
}
export type HttpOutput = "raw" | "content" | "response";

export interface OpenApiRequest extends Confidential {
  readonly kind: "openapi";
  readonly document: ResourceLocation;
  readonly operationId: string;
  readonly parameters: JsonObject;
  readonly output: HttpOutput;
  readonly redirect: boolean;
  readonly authentication?: Authentication;
}

export interface ShellRequest extends Confidential {
  readonly kind: "shell";
  readonly command: string;
  readonly stdin?: string;
  /** Positional parameters `$1`… (ruling 16); a map becomes `--key value` pairs in order. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly return: "stdout" | "stderr" | "code" | "all" | "none";
}

/** Fetches an external resource and parses it as JSON or YAML (dsl-reference.md "External Resource"). */
export interface ResourceRequest extends ResourceLocation, Confidential {
  readonly kind: "resource";
}
export interface ResourceLocation {
  readonly uri: string;
  readonly authentication?: Authentication;
}

/**
 * Evaluates what a task needs to know of a slot that only an activity can evaluate; its output is the value. Faults
 * when a secret's value, or `$authorization`'s parameter, stands in it.
 */
export interface EvaluateRequest extends Confidential {
  readonly kind: "evaluate";
  /** Stands for the value until `deferred` gives it. */
  readonly value: null;
  /** What `$authorization` describes: the authentication of the task. */
  readonly authentication?: Authentication;
}
