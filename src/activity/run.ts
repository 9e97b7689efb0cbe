import { standardError, WorkflowFault } from "../dsl/error.ts";
import type { ActivityRequest } from "../dsl/request.ts";
import type { Json } from "../expression/json.ts";
import type { ActivityContext, RunActivity } from "./activity.ts";
import { cutOff } from "./cut-off.ts";
import { runHttp } from "./http/http.ts";
import { runOpenApi } from "./openapi/openapi.ts";
import { runResource } from "./resource/resource.ts";
import { runConfidential } from "./secret/confidential.ts";
import { runShell } from "./shell/shell.ts";

export const runActivity: RunActivity = async (request, context) => {
  try {
    if (context.signal.aborted) throw cutOff(context.signal);
    return await runConfidential(request, context, dispatch);
  } catch (error) {
    throw error instanceof WorkflowFault ? error : unexpected(error);
  }
};

function dispatch(request: ActivityRequest, context: ActivityContext): Promise<Json> {
  switch (request.kind) {
    case "http":
      return runHttp(request, context);
    case "openapi":
      return runOpenApi(request, context);
    case "shell":
      return runShell(request, context);
    case "resource":
      return runResource(request, context);
    case "evaluate":
      return Promise.resolve(request.value);
  }
}

function unexpected(error: unknown): WorkflowFault {
  const message = error instanceof Error ? error.message : String(error);
  return new WorkflowFault(standardError("runtime", `The task failed in an unforeseen way: ${message}`));
}
