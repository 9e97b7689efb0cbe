import { standardError, WorkflowFault } from "../../dsl/error.ts";
import type { Authentication } from "../../dsl/types.ts";

/** dsl.md "Authorization Descriptor": together, the Authorization header. */
export interface Authorization {
  readonly scheme: string;
  readonly parameter: string;
}

/** The Authorization header of a policy (dsl-reference.md "Authentication"). Faults when the scheme is not supported. */
export function authorizationHeader(authentication: Authentication): string {
  const { scheme, parameter } = authorizationOf(authentication);
  return `${scheme} ${parameter}`;
}

/** What a policy comes to; credentials that a secret holds (`use`) have been put in its place by now. */
export function authorizationOf(authentication: Authentication): Authorization {
  const { basic, bearer } = authentication;
  if (basic !== undefined && "username" in basic)
    return { scheme: "Basic", parameter: basicParameter(basic.username, basic.password) };
  if (bearer !== undefined && "token" in bearer)
    return { scheme: "Bearer", parameter: checked(bearer.token, "bearer token") };
  const scheme = Object.keys(authentication)[0] ?? "empty";
  throw new WorkflowFault(standardError("configuration", `Authentication "${scheme}" is not supported yet`));
}

export function basicHeader(username: string, password: string): string {
  return `Basic ${basicParameter(username, password)}`;
}

/** RFC 7617, in UTF-8. */
function basicParameter(username: string, password: string): string {
  const pair = `${checked(username, "user name")}:${checked(password, "password")}`;
  return new TextEncoder().encode(pair).toBase64();
}

function checked(value: unknown, what: string): string {
  if (typeof value === "string") {
    const unsendable = what === "bearer token" ? /[^\x21-\x7e]/ : /[\0\r\n]/;
    if (!unsendable.test(value)) return value;
    throw new WorkflowFault(
      standardError("authentication", `The ${what} holds characters that cannot be sent`),
    );
  }
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new WorkflowFault(standardError("authentication", `The ${what} is not a string`));
}
