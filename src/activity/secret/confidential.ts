import { standardError, type WorkflowError, WorkflowFault } from "../../dsl/error.ts";
import type { ActivityRequest, EvaluateRequest } from "../../dsl/request.ts";
import type { Json } from "../../expression/json.ts";
import type { ActivityContext, RunActivity } from "../activity.ts";
import { authorizationOf } from "../http/authentication.ts";
import { type Filled, fillRequest } from "./fill.ts";
import { Redaction } from "./redaction.ts";
import { Vault } from "./vault.ts";

/**
 * Runs a request with what must not be seen outside put into it, and masks that in all that comes out: the output, the
 * error and the lines of processes.
 */
export async function runConfidential(
  request: ActivityRequest,
  context: ActivityContext,
  run: RunActivity,
): Promise<Json> {
  const { secrets = [] } = request;
  const stored =
    secrets.length > 0 && context.secrets !== undefined ? await context.secrets(secrets) : new Map();
  const vault = new Vault(secrets, stored);
  let redaction = new Redaction(vault.hidden);
  try {
    const filled = fillRequest(request, vault);
    if (filled.request.kind === "evaluate") return evaluated(filled, vault);
    redaction = new Redaction([...vault.hidden, ...parametersOf(filled, secrets.length > 0)]);
    const { log } = context;
    const output = await run(filled.request, {
      ...context,
      ...(log && { log: ({ stream, text }) => log({ stream, text: redaction.text(text) }) }),
    });
    return redaction.value(output);
  } catch (error) {
    throw error instanceof WorkflowFault ? new WorkflowFault(masked(error.error, redaction)) : error;
  }
}

/** The value of an `evaluate` request, unless data would hold what must not be seen. */
function evaluated({ request, authorization }: Filled, vault: Vault): Json {
  const { value, deferred } = request as unknown as { value: Json } & Pick<EvaluateRequest, "deferred">;
  const label = deferred?.find(({ at }) => at === "/value")?.label ?? "";
  const [name] = vault.namesOf((leaves) => new Redaction(leaves).finds(value));
  const parameter = authorization !== null && new Redaction([authorization.parameter]).finds(value);
  if (name === undefined && !parameter) return value;
  const what = name === undefined ? '"$authorization.parameter"' : `the secret "${name}"`;
  const detail =
    `${label}: The result holds ${what}, and data is kept and shown. Use it where it is needed and not seen: ` +
    "in the endpoint, authentication, headers, query or body of a call, or in what a process is given";
  throw new WorkflowFault(standardError("expression", detail));
}

/** The parameters of Authorization headers: of one that a slot mentions, and of all that may be made of secrets. */
function parametersOf({ request, authorization }: Filled, withSecrets: boolean): string[] {
  if (authorization !== null) return [authorization.parameter];
  if (!withSecrets || !("authentication" in request)) return [];
  const { basic, bearer } = request.authentication ?? {};
  return (basic ?? bearer) === undefined ? [] : [authorizationOf(request.authentication!).parameter];
}

function masked(error: WorkflowError, redaction: Redaction): WorkflowError {
  const texts = Object.entries(error).filter(([, value]) => typeof value === "string");
  return {
    ...error,
    ...Object.fromEntries(texts.map(([key, value]) => [key, redaction.text(value as string)])),
    ...(error.detail !== undefined && { detail: redaction.excerpt(error.detail) }),
  };
}
