import type { IncomingMessage, ServerResponse } from "node:http";
import { create, type DescMethodUnary } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter, type MethodImpl } from "@connectrpc/connect";
import { createMethodSerializationLookup } from "@connectrpc/connect/protocol";
import { codeToHttpStatus, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import type { Context } from "./context.ts";
import { DirectCall } from "./direct-call.ts";
import { answering } from "./failures.ts";
import type { Handler } from "./lane.ts";
import { maxMessageBytes } from "./limits.ts";

/** Size in bytes up to which a request is taken here. */
const directBytes = 1 << 20;

interface Method {
  readonly descriptor: DescMethodUnary;
  readonly implementation: MethodImpl<DescMethodUnary>;
  readonly serialization: ReturnType<typeof createMethodSerializationLookup>;
}

/**
 * Answers the plain calls: one message each way over the Connect protocol and HTTP/1.1, of known and moderate size, neither
 * compressed nor with a deadline. The general runtime would answer the same, at several times the cost (a test holds both
 * against each other); it gets all other calls.
 */
export function createDirect(
  context: Context,
  register: (router: ConnectRouter) => void,
  general: Handler,
): Handler {
  const methods = unaryMethods(register);
  return (request, response) => {
    const method = isPlain(request) ? methods.get(request.url ?? "") : undefined;
    if (!method) return general(request, response);
    read(request, (body) => void answer(context, method, request, response, body));
  };
}

function isPlain({ httpVersionMajor, method, headers }: IncomingMessage): boolean {
  const type = headers["content-type"];
  return (
    (type === "application/json" || type === "application/proto") &&
    method === "POST" &&
    httpVersionMajor === 1 &&
    Number(headers["content-length"]) <= directBytes &&
    headers["transfer-encoding"] === undefined &&
    headers["content-encoding"] === undefined &&
    headers["connect-timeout-ms"] === undefined &&
    headers.host !== undefined
  );
}

/** Calls back with the whole body; a caller that leaves before has nothing to be told. */
function read(request: IncomingMessage, done: (body: Uint8Array) => void): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.once("end", () => done(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
  request.once("error", () => {});
}

async function answer(
  context: Context,
  { descriptor, implementation, serialization }: Method,
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
): Promise<void> {
  const type = request.headers["content-type"] as string;
  const isBinary = type === "application/proto";
  const call = new DirectCall(descriptor, request, response);
  let status = 200;
  let headers: Record<string, string>;
  let body: Uint8Array;
  try {
    const message = serialization.getI(isBinary).parse(bytes);
    const output = await answering(context, descriptor, async () =>
      create(descriptor.output, await implementation(message, call)),
    );
    body = serialization.getO(isBinary).serialize(output);
    headers = { "content-type": type, ...call.headers() };
  } catch (reason) {
    const error = reason instanceof ConnectError ? reason : new ConnectError("internal error", Code.Internal);
    status = codeToHttpStatus(error.code);
    headers = { "content-type": "application/json", ...call.headers(error.metadata) };
    body = errorToJsonBytes(error, undefined);
  }
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, "content-length": body.byteLength });
  response.end(body);
}

/** The methods of all services that have one message each way, by path. */
function unaryMethods(register: (router: ConnectRouter) => void): Map<string, Method> {
  const limits = { readMaxBytes: maxMessageBytes, writeMaxBytes: maxMessageBytes };
  const methods = new Map<string, Method>();
  const recorder: Pick<ConnectRouter, "service"> = {
    service(service, implementations) {
      for (const descriptor of service.methods) {
        if (descriptor.methodKind !== "unary") continue;
        const implementation = implementations[descriptor.localName as keyof typeof implementations];
        if (implementation === undefined) continue;
        methods.set(`/${service.typeName}/${descriptor.name}`, {
          descriptor: descriptor as DescMethodUnary,
          implementation: implementation as Method["implementation"],
          serialization: createMethodSerializationLookup(descriptor, undefined, undefined, limits),
        });
      }
      return recorder as ConnectRouter;
    },
  };
  register(recorder as ConnectRouter);
  return methods;
}
