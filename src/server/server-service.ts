import { isAbsolute } from "node:path";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { ConnectRouter } from "@connectrpc/connect";
import type { Engine, ExecutionCounts } from "../engine/engine.ts";
import { Failure } from "../failure.ts";
import { ServerService } from "../gen/pawl/v1/server_pb.ts";
import type { Context } from "./context.ts";

const countMs = 2_000;

export function registerServer(router: ConnectRouter, context: Context): void {
  const { engine, identity } = context;
  router.service(ServerService, {
    async info() {
      const info = engine.info();
      const counts = { ...info.executions, ...(await countInTime(engine)) };
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
            Object.entries(counts).map(([status, count]) => [status, BigInt(count)]),
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
    async backup({ path }, call) {
      if (!isAbsolute(path)) {
        throw new Failure("invalid_argument", `"${path}" is not an absolute path`, {
          reason: "backup-path-relative",
          hint: "Name the file with its whole path",
        });
      }
      const { bytes } = await engine.backup(path, call.signal);
      context.log("info", "Backup made", { path, bytes });
      return { bytes: BigInt(bytes) };
    },
  });
}

/** What is not known by then is left out: how a server stands is to be told also when its engine does not answer. */
async function countInTime(engine: Engine): Promise<ExecutionCounts> {
  const { promise: expired, resolve: expire } = Promise.withResolvers<ExecutionCounts>();
  const timer = setTimeout(expire, countMs, {});
  try {
    return await Promise.race([engine.countExecutions().catch(() => ({})), expired]);
  } finally {
    clearTimeout(timer);
  }
}
