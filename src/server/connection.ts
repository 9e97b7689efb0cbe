import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createHttp1Server } from "node:http";
import type { Socket } from "node:net";
import { type Context, identityHeaders } from "./context.ts";
import { isRefusable } from "./door.ts";
import { Entrance } from "./entrance.ts";
import { Gate, type GateLimits } from "./gate.ts";
import type { Handler } from "./lane.ts";
import type { Refusal } from "./router.ts";

/** Speaks Connect and gRPC-Web over HTTP/1.1, and gRPC besides over HTTP/2, on whatever connection it is given. */
export interface Dispatcher {
  accept(socket: Socket): void;
  /** Calls that make work: how many are worked on, and how many wait for it. */
  load(): { readonly running: number; readonly waiting: number };
  /** Closes every connection after what was already written; one whose peer does not read gets `closeGraceMs`. */
  close(): Promise<void>;
}

const closeGraceMs = 200;
const http2Preface = "PRI";
/** Per HTTP/2 session; Bun's own client counts every unary call as an invalid frame (architecture.md, RPC). */
const maxSessionInvalidFrames = 1_000_000_000;

export function createDispatcher(context: Context, limits: GateLimits = {}): Dispatcher {
  const sockets = new Set<Socket>();
  let gate: Gate | undefined;
  let refusal: Refusal | undefined;
  let loading: Promise<Gate> | undefined;
  const load = () => {
    loading ??= import("./router.ts").then((module) => {
      refusal = module.createRefusal(context);
      gate = new Gate(module.createHandler(context), refusal.handle, limits);
      return gate;
    });
    return loading;
  };
  const handOver: Handler = (request, response) => {
    if (gate) return gate.enter(request, response);
    load().then(
      (loaded) => loaded.enter(request, response),
      (error) => {
        context.log("error", "The API could not be loaded", { error: String(error) });
        response.statusCode = 500;
        response.end();
      },
    );
  };
  const handle: Handler = (request, response) => {
    if (isHealthCheck(request)) {
      answerHealthCheck(request, response, context);
      // Whoever asks for health is about to ask for more.
      if (!gate) setImmediate(() => load().catch(() => {}));
      return;
    }
    handOver(request, response);
  };
  const http1 = createHttp1Server(handle);
  // A call may take as long as its own deadline says.
  http1.requestTimeout = 0;
  http1.keepAliveTimeout = 0;
  const http2 = lazyHttp2(handOver);
  const entrance = new Entrance();
  const refused = (sent: Buffer) => (gate?.isFull && isRefusable(sent) ? refusal?.message() : undefined);
  context.drain.signal.addEventListener(
    "abort",
    () => {
      entrance.open();
      gate?.open();
    },
    { once: true },
  );

  return {
    accept(socket) {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      socket.on("error", () => socket.destroy());
      socket.pause();
      entrance.enter((heard) => {
        sniff(socket, refused, heard, async (isHttp2) => {
          if (isHttp2) (await http2()).emit("connection", socket);
          else http1.emit("connection", socket);
          socket.resume();
        });
      });
    },
    load: () => ({ running: gate?.running ?? 0, waiting: gate?.waiting ?? 0 }),
    async close() {
      // What the last streams yielded reaches their sockets within this turn.
      await new Promise((resolve) => setImmediate(resolve));
      const closed = [...sockets].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
      for (const socket of sockets) socket.end();
      const grace = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, closeGraceMs);
      await Promise.all(closed);
      clearTimeout(grace);
    },
  };
}

/**
 * Reads just enough to tell HTTP/2 from HTTP/1.1 and puts it back. A whole call that is `refused` is answered here, and the
 * connection waits for what comes next.
 */
function sniff(
  socket: Socket,
  refused: (sent: Buffer) => string | undefined,
  heard: () => void,
  decide: (isHttp2: boolean) => void,
): void {
  if (socket.destroyed) {
    heard();
    return;
  }
  let head: Buffer = Buffer.alloc(0);
  let isHeard = false;
  const hear = () => {
    if (!isHeard) heard();
    isHeard = true;
  };
  const onData = (chunk: Buffer) => {
    hear();
    const refusal = head.length === 0 ? refused(chunk) : undefined;
    if (refusal !== undefined) return void socket.write(refusal, "latin1");
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    const text = head.toString("latin1", 0, http2Preface.length);
    if (text.length < http2Preface.length && http2Preface.startsWith(text)) return;
    socket.off("data", onData);
    socket.pause();
    socket.unshift(head);
    decide(text === http2Preface);
  };
  socket.on("data", onData);
  socket.once("close", hear);
  socket.resume();
}

function lazyHttp2(handler: Handler) {
  let server: Promise<import("node:http2").Http2Server> | undefined;
  return () => {
    server ??= import("node:http2").then((module) =>
      module.createServer({ maxSessionInvalidFrames } as object, handler as never),
    );
    return server;
  };
}

const SERVING = Buffer.from([0x08, 0x01]);
const NOT_SERVING = Buffer.from([0x08, 0x02]);

/**
 * Every client's first question, and asked before the generated code is loaded: Health.Check for the whole server over the
 * Connect protocol, whose request is empty. A test holds this against the generated code.
 */
function isHealthCheck(request: IncomingMessage): boolean {
  return (
    request.url === "/grpc.health.v1.Health/Check" &&
    request.method === "POST" &&
    request.headers["content-type"] === "application/proto" &&
    request.headers["content-length"] === "0"
  );
}

function answerHealthCheck(request: IncomingMessage, response: ServerResponse, context: Context): void {
  request.resume();
  const body = context.health.status() === "serving" ? SERVING : NOT_SERVING;
  response.writeHead(200, {
    "content-type": "application/proto",
    "content-length": body.length,
    ...identityHeaders(context.identity),
  });
  response.end(body);
}
