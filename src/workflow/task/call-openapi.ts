import type { HttpOutput, OpenApiRequest } from "../../dsl/request.ts";
import type { AuthenticationRef, CallTask, ExternalResource } from "../../dsl/types.ts";
import { completeWithReport } from "../activity-report.ts";
import { RequestParts } from "../request-parts.ts";
import { authenticationSlot, type ResourceSlot, resourceSlot } from "../resource.ts";
import type { TaskSlot } from "../site.ts";
import type { TaskKind } from "../task-kind.ts";

interface Plan {
  readonly document: ResourceSlot;
  readonly operationId: TaskSlot;
  readonly parameters: TaskSlot;
  readonly authentication?: TaskSlot;
  readonly output: HttpOutput;
  readonly redirect: boolean;
}

/** dsl-reference.md "OpenAPI Call". */
export const callOpenApi: TaskKind<Plan> = {
  prepare(task, site) {
    const given = (task as CallTask).with ?? {};
    const authentication = given.authentication as AuthenticationRef | undefined;
    return {
      document: resourceSlot(
        given.document as unknown as ExternalResource,
        "/with/document",
        site,
        "definition",
      ),
      operationId: site.value(given.operationId ?? "", "/with/operationId"),
      parameters: site.value(given.parameters ?? {}, "/with/parameters"),
      ...(authentication !== undefined && {
        authentication: authenticationSlot(authentication, "/with/authentication", site),
      }),
      output: (given.output ?? "content") as HttpOutput,
      redirect: given.redirect === true,
    };
  },

  run(run) {
    const { plan } = run;
    const parts = new RequestParts(run);
    const request: OpenApiRequest = {
      kind: "openapi",
      document: parts.location("/document", plan.document),
      operationId: parts.text("/operationId", plan.operationId),
      parameters: parts.object("/parameters", plan.parameters),
      output: plan.output,
      redirect: plan.redirect,
      ...(plan.authentication !== undefined && {
        authentication: parts.authentication("/authentication", plan.authentication),
      }),
    };
    run.startActivity({ ...request, ...parts.travelling });
  },

  report: completeWithReport,

  authentication: ({ authentication }) => authentication,
};
