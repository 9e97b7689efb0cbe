import type { HttpOutput, HttpRequest } from "../../dsl/request.ts";
import type { CallTask, Endpoint } from "../../dsl/types.ts";
import type { Json } from "../../expression/json.ts";
import { completeWithReport } from "../activity-report.ts";
import { RequestParts } from "../request-parts.ts";
import { endpointSlot, type ResourceSlot } from "../resource.ts";
import type { TaskSlot } from "../site.ts";
import type { TaskKind } from "../task-kind.ts";

interface Plan {
  readonly method: TaskSlot;
  readonly endpoint: ResourceSlot;
  readonly headers?: TaskSlot;
  readonly query?: TaskSlot;
  readonly body?: TaskSlot;
  readonly output: HttpOutput;
  readonly redirect: boolean;
}

/** dsl-reference.md "HTTP Call". */
export const callHttp: TaskKind<Plan> = {
  prepare(task, site) {
    const given = (task as CallTask).with ?? {};
    const map = (name: "headers" | "query") =>
      given[name] === undefined ? {} : { [name]: site.expression(given[name], `/with/${name}`) };
    return {
      method: site.value(given.method ?? "get", "/with/method"),
      endpoint: endpointSlot(given.endpoint as Endpoint, "/with/endpoint", site),
      ...map("headers"),
      ...map("query"),
      ...(given.body !== undefined && { body: site.value(given.body, "/with/body") }),
      output: (given.output ?? "content") as HttpOutput,
      redirect: given.redirect === true,
    };
  },

  run(run) {
    const { plan } = run;
    const parts = new RequestParts(run);
    const body: { body?: Json } = plan.body === undefined ? {} : { body: parts.value("/body", plan.body) };
    const { uri, authentication } = parts.location("", plan.endpoint);
    const request: HttpRequest = {
      kind: "http",
      method: parts.text("/method", plan.method),
      uri,
      headers: plan.headers === undefined ? {} : parts.textMap("/headers", plan.headers),
      query: (plan.query === undefined ? {} : parts.object("/query", plan.query)) as Record<string, Json>,
      ...body,
      output: plan.output,
      redirect: plan.redirect,
      ...(authentication !== undefined && { authentication }),
      ...parts.travelling,
    };
    run.startActivity(request);
  },

  report: completeWithReport,

  authentication: ({ endpoint }) => endpoint.authentication,
};
