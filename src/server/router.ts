import type { ConnectRouter, Transport } from "@connectrpc/connect";
import { createRouterTransport } from "@connectrpc/connect";
import { errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { Failure } from "../failure.ts";
import type { Context } from "./context.ts";
import { createDirect } from "./direct.ts";
import { registerEvents } from "./event-service.ts";
import { registerExecutions } from "./execution-service.ts";
import { answers, toConnectError } from "./failures.ts";
import { registerHealth } from "./health-service.ts";
import type { Handler } from "./lane.ts";
import { maxMessageBytes } from "./limits.ts";
import { callValues } from "./place.ts";
import { registerSecrets } from "./secret-service.ts";
import { registerServer } from "./server-service.ts";
import { registerWorkflows } from "./workflow-service.ts";

/** Every service of the API behind one request handler: the plain calls on the short way, all others on Connect's. */
export function createHandler(context: Context): Handler {
  const register = (router: ConnectRouter) => registerAll(router, context);
  return createDirect(context, register, createGeneralHandler(context));
}

/** The same services on Connect's runtime alone, with all its protocols. */
export function createGeneralHandler(context: Context): Handler {
  return connectNodeAdapter({
    routes: (router) => registerAll(router, context),
    interceptors: [answers(context)],
    contextValues: callValues,
    readMaxBytes: maxMessageBytes,
    writeMaxBytes: maxMessageBytes,
    // Answers stay on this machine: compressing them would cost more than it saves.
    compressMinBytes: maxMessageBytes + 1,
  }) as Handler;
}

/** Refuses every call because there is too much to do. */
export interface Refusal {
  readonly handle: Handler;
  /** The whole response, for a caller that was not even let in. */
  message(): string;
}

/** At next to no cost in the protocol that our own clients speak, whose errors need not look at the request. */
export function createRefusal(context: Context): Refusal {
  const error = toConnectError(overloaded(), context, "");
  const body = Buffer.from(errorToJsonBytes(error, {}));
  const headers = {
    "content-type": "application/json",
    "content-length": body.length,
    ...Object.fromEntries(error.metadata),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const slow = connectNodeAdapter({
    routes: (router) => registerAll(router, context),
    interceptors: [() => () => Promise.reject(error)],
    readMaxBytes: maxMessageBytes,
  }) as Handler;
  return {
    handle(request, response) {
      const type = request.headers["content-type"];
      if (type !== "application/json" && type !== "application/proto") return slow(request, response);
      request.resume();
      response.writeHead(429, headers);
      response.end(body);
    },
    message() {
      const date = `Date: ${new Date().toUTCString()}\r\nConnection: keep-alive\r\n\r\n`;
      return `HTTP/1.1 429 Too Many Requests\r\n${lines.join("")}${date}${body}`;
    },
  };
}

const overloaded = () =>
  new Failure("resource_exhausted", "The server has more to do than it can queue", {
    reason: "server-overloaded",
    hint: "Try again in a second",
    retryAfterMs: 1_000,
  });

/** The same services for callers within this process: no socket, no server. */
export function createInProcessTransport(context: Context): Transport {
  return createRouterTransport((router) => registerAll(router, context), {
    router: { interceptors: [answers({ ...context, called: undefined })] },
  });
}

export function registerAll(router: ConnectRouter, context: Context): void {
  registerHealth(router, context);
  registerWorkflows(router, context);
  registerExecutions(router, context);
  registerEvents(router, context);
  registerSecrets(router, context);
  registerServer(router, context);
}
