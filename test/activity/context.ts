import type { ActivityContext } from "../../src/activity/activity.ts";
import { WorkflowFault } from "../../src/dsl/error.ts";
import type { HttpRequest, ShellRequest } from "../../src/dsl/request.ts";

/** A context as the engine gives it, with a small bound on sizes. */
export function contextWith(overrides: Partial<ActivityContext> = {}): ActivityContext {
  return {
    signal: new AbortController().signal,
    idempotencyKey: "execution-1/activity-1",
    policy: { environment: { PATH: "/usr/bin:/bin" }, directory: "/", maxBytes: 1_000_000 },
    ...overrides,
  };
}

export function httpRequest(uri: string, overrides: Partial<HttpRequest> = {}): HttpRequest {
  return {
    kind: "http",
    method: "get",
    uri,
    headers: {},
    query: {},
    output: "content",
    redirect: false,
    ...overrides,
  };
}

export function shellRequest(command: string, overrides: Partial<ShellRequest> = {}): ShellRequest {
  return { kind: "shell", command, arguments: [], environment: {}, return: "stdout", ...overrides };
}

/** The workflow error a promise rejects with; anything but a `WorkflowFault` fails the test. */
export async function faultOf(promise: Promise<unknown>) {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ("value" in outcome) throw new Error(`Expected a fault, got ${JSON.stringify(outcome.value)}`);
  if (outcome.error instanceof WorkflowFault) return outcome.error.error;
  throw outcome.error;
}

export const errorType = (kind: string) =>
  `https://open-workflow-specification.org/spec/1.0.0/errors/${kind}`;
