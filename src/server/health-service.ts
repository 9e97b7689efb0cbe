import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { Health, HealthCheckResponse_ServingStatus as Serving } from "../gen/grpc/health/v1/health_pb.ts";
import { type Context, identityHeaders } from "./context.ts";
import { type HealthStatus, healthServices } from "./health.ts";

const codes: Record<HealthStatus, Serving> = {
  serving: Serving.SERVING,
  "not-serving": Serving.NOT_SERVING,
};

/** grpc.health.v1: frozen for ever. Answers also while the server drains, and is not counted as work. */
export function registerHealth(router: ConnectRouter, context: Context): void {
  router.service(Health, {
    check(request, call) {
      identify(call.responseHeader, context);
      if (!healthServices.has(request.service)) {
        throw new ConnectError(`Unknown service "${request.service}"`, Code.NotFound);
      }
      return { status: codes[context.health.status()] };
    },
    async *watch(request, call) {
      identify(call.responseHeader, context);
      if (!healthServices.has(request.service)) {
        yield { status: Serving.SERVICE_UNKNOWN };
        return;
      }
      let last: HealthStatus | undefined;
      while (!call.signal.aborted) {
        const changed = context.health.changed(call.signal);
        const status = context.health.status();
        if (status !== last) yield { status: codes[status] };
        last = status;
        // The last answer of a server that stops: there will be no other.
        if (status === "not-serving" && context.drain.signal.aborted) return;
        await changed;
      }
    },
  });
}

function identify(headers: Headers, context: Context): void {
  for (const [name, value] of Object.entries(identityHeaders(context.identity))) headers.set(name, value);
}
