import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { ConnectRouter } from "@connectrpc/connect";
import { ServerService } from "../gen/pawl/v1/server_pb.ts";
import type { Context } from "./context.ts";

export function registerServer(router: ConnectRouter, context: Context): void {
  const { engine, identity } = context;
  router.service(ServerService, {
    info() {
      const info = engine.info();
      return {
        pid: identity.pid,
        version: identity.version,
        commit: identity.commit,
        homeId: identity.homeId,
        instanceId: identity.instanceId,
        home: identity.home,
        socket: identity.socket,
        startedAt: timestampFromMs(identity.startedAt),
        foreground: identity.foreground,
        engine: {
          kind: info.kind,
          state: info.state,
          executions: Object.fromEntries(
            Object.entries(info.executions).map(([status, count]) => [status, BigInt(count)]),
          ),
          details: JSON.stringify(info.details),
        },
      };
    },
    shutdown(request) {
      context.log("info", "Shutdown requested", { reason: request.reason });
      // The answer leaves first: the stop begins once this call has returned.
      setImmediate(() => context.shutdown(request.reason || "stop"));
      return {};
    },
  });
}
