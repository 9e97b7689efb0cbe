import type { IncomingMessage, ServerResponse } from "node:http";
import type { ConnectRouter, Transport } from "@connectrpc/connect";
import { createRouterTransport } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import type { Context } from "./context.ts";
import { registerEvents } from "./event-service.ts";
import { registerExecutions } from "./execution-service.ts";
import { failures } from "./failures.ts";
import { registerHealth } from "./health-service.ts";
import { registerServer } from "./server-service.ts";
import { registerWorkflows } from "./workflow-service.ts";

/** Size in bytes of the largest message either way: a batch of definitions, or the largest data of a workflow. */
const maxMessageBytes = 64 * 1024 * 1024;

/** Every service of the API behind one request handler. */
export function createHandler(
  context: Context,
): (request: IncomingMessage, response: ServerResponse) => void {
  return connectNodeAdapter({
    routes: (router) => registerAll(router, context),
    interceptors: [failures(context)],
    readMaxBytes: maxMessageBytes,
    writeMaxBytes: maxMessageBytes,
    // Answers stay on this machine: compressing them would cost more than it saves.
    compressMinBytes: maxMessageBytes + 1,
  }) as (request: IncomingMessage, response: ServerResponse) => void;
}

/** The same services for callers within this process: no socket, no server. */
export function createInProcessTransport(context: Context): Transport {
  return createRouterTransport((router) => registerAll(router, context), {
    router: { interceptors: [failures(context)] },
  });
}

function registerAll(router: ConnectRouter, context: Context): void {
  registerHealth(router, context);
  registerWorkflows(router, context);
  registerExecutions(router, context);
  registerEvents(router, context);
  registerServer(router, context);
}
