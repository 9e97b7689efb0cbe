import type { DeferredSlot } from "../../dsl/confidential.ts";
import { standardError, WorkflowFault } from "../../dsl/error.ts";
import type { ActivityRequest } from "../../dsl/request.ts";
import { slotFailure } from "../../dsl/slot-failure.ts";
import { inForm } from "../../dsl/slot-form.ts";
import type { Authentication } from "../../dsl/types.ts";
import { ExpressionError } from "../../expression/expression.ts";
import type { Json, JsonObject } from "../../expression/json.ts";
import { compileSlot } from "../../expression/slot.ts";
import { type Authorization, authorizationOf } from "../http/authentication.ts";
import type { Vault } from "./vault.ts";

export interface Filled {
  /** With every value that was missing, and credentials instead of the names of secrets. */
  readonly request: ActivityRequest;
  /** `$authorization`, if a slot mentions it. */
  readonly authorization: Authorization | null;
}

/** Evaluates what travelled with a request. The result must not be kept: it holds secrets. */
export function fillRequest(request: ActivityRequest, vault: Vault): Filled {
  const deferred = request.deferred ?? [];
  const isAuthentication = ({ at }: DeferredSlot) => at.endsWith("/authentication");
  let filled = request as unknown as JsonObject;
  const take = (slot: DeferredSlot, authorization: Authorization | null) => {
    const value = evaluate(slot, vault, authorization);
    if (value !== null || slot.form !== "optional-text") filled = withValue(filled, slot.at, value);
  };
  for (const slot of deferred.filter(isAuthentication)) take(slot, null);
  for (const at of ["/authentication", "/document/authentication"]) {
    const authentication = valueAt(filled, at) as Authentication | undefined;
    if (authentication !== undefined)
      filled = withValue(filled, at, vault.credentials(authentication) as unknown as Json);
  }
  const authentication = filled["authentication"] as Authentication | undefined;
  const asked = deferred.some(({ value }) => JSON.stringify(value).includes("$authorization"));
  const authorization = asked && authentication !== undefined ? authorizationOf(authentication) : null;
  for (const slot of deferred) if (!isAuthentication(slot)) take(slot, authorization);
  return { request: filled as unknown as ActivityRequest, authorization };
}

function evaluate(slot: DeferredSlot, vault: Vault, authorization: Authorization | null): Json {
  const { label, value, kind, mode, input, form, nowMs, limits } = slot;
  const own = { secrets: vault.variable, authorization: authorization as JsonObject | null };
  const variables = { ...own, ...slot.variables };
  let result: Json;
  try {
    result = compileSlot(value, { kind, mode, variables: Object.keys(variables) }).evaluate(input, {
      variables,
      nowMs,
      ...(limits && { limits }),
    });
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw mistaken(slotFailure(label, value, error, reasonOf(error)));
  }
  const formed = inForm(result, form);
  if ("value" in formed) return formed.value;
  throw mistaken(`${label}: must give ${formed.expected}`);
}

/** jq quotes values, and cuts long ones short: none of them may be told. */
function reasonOf({ kind, message }: ExpressionError): string {
  if (kind !== "evaluation") return message;
  return message.replace(/\(.*\)/s, "(…)").replace(/".*"/s, '"…"');
}

function mistaken(detail: string): WorkflowFault {
  return new WorkflowFault(standardError("expression", detail));
}

function valueAt(value: JsonObject, pointer: string): Json | undefined {
  return keysOf(pointer).reduce<Json | undefined>((at, key) => (at as JsonObject | undefined)?.[key], value);
}

function withValue(value: JsonObject, pointer: string, part: Json): JsonObject {
  const [key, ...rest] = keysOf(pointer);
  if (key === undefined) return value;
  if (rest.length === 0) return { ...value, [key]: part };
  return { ...value, [key]: withValue((value[key] ?? {}) as JsonObject, `/${rest.join("/")}`, part) };
}

/** Pointers into requests are ours: nothing in them is escaped. */
function keysOf(pointer: string): string[] {
  return pointer.split("/").slice(1);
}
