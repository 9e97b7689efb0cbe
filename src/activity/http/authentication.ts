import { standardError, WorkflowFault } from "../../dsl/error.ts";
import type { Authentication } from "../../dsl/types.ts";

/** The Authorization header of a policy (dsl-reference.md "Authentication"). Faults when the scheme is not supported. */
export function authorizationHeader(authentication: Authentication): string {
  const { basic, bearer } = authentication;
  if (basic !== undefined && "username" in basic) return basicHeader(basic.username, basic.password);
  if (bearer !== undefined && "token" in bearer) return `Bearer ${checked(bearer.token, "bearer token")}`;
  const scheme = Object.keys(authentication)[0] ?? "empty";
  const secret = basic !== undefined || bearer !== undefined ? " from a secret" : "";
  throw new WorkflowFault(
    standardError("configuration", `Authentication "${scheme}"${secret} is not supported yet`),
  );
}

/** RFC 7617, in UTF-8. */
export function basicHeader(username: string, password: string): string {
  const pair = `${checked(username, "user name")}:${checked(password, "password")}`;
  return `Basic ${new TextEncoder().encode(pair).toBase64()}`;
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
