import { standardError, WorkflowFault } from "../../dsl/error.ts";
import type { OpenApiRequest } from "../../dsl/request.ts";
import type { Json } from "../../expression/json.ts";
import type { ActivityContext } from "../activity.ts";

export async function runOpenApi(_request: OpenApiRequest, _context: ActivityContext): Promise<Json> {
  throw new WorkflowFault(standardError("configuration", "OpenAPI calls are not supported yet"));
}
