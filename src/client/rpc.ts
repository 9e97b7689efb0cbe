import { createClient, type Transport } from "@connectrpc/connect";
import type { UniversalClientFn } from "@connectrpc/connect/protocol";
import { createTransport } from "@connectrpc/connect/protocol-connect";
import type { Home } from "../config/home.ts";
import { EventService } from "../gen/pawl/v1/event_pb.ts";
import { ExecutionService } from "../gen/pawl/v1/execution_pb.ts";
import { ServerService } from "../gen/pawl/v1/server_pb.ts";
import { WorkflowService } from "../gen/pawl/v1/workflow_pb.ts";
import type { Clients } from "./client.ts";

const maxMessageBytes = 256 * 1024 * 1024;

/** The connection broke, as opposed to an error that the server sent. */
export class TransportBroken extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "TransportBroken";
  }
}

/** Typed clients over the home's socket. */
export function clientsOf(home: Home): Clients {
  const transport: Transport = createTransport({
    httpClient: overSocket(home.socket),
    baseUrl: "http://pawl",
    useBinaryFormat: true,
    interceptors: [],
    acceptCompression: [],
    sendCompression: null,
    compressMinBytes: maxMessageBytes,
    readMaxBytes: maxMessageBytes,
    writeMaxBytes: maxMessageBytes,
  });
  return {
    workflows: createClient(WorkflowService, transport),
    executions: createClient(ExecutionService, transport),
    events: createClient(EventService, transport),
    server: createClient(ServerService, transport),
  };
}

/** HTTP for Connect over fetch, because Node's clients cost their weight at every start. */
function overSocket(unix: string): UniversalClientFn {
  return async ({ url, method, header, body, signal }) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body ?? []) chunks.push(chunk);
    const init = { method, headers: header, body: Buffer.concat(chunks), signal, unix, timeout: false };
    const response = await fetch(url, init as RequestInit).catch((error) => {
      throw broken(error, signal);
    });
    return {
      status: response.status,
      header: response.headers,
      trailer: new Headers(),
      body: read(response.body, signal),
    };
  };
}

async function* read(
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  try {
    yield* body;
  } catch (error) {
    throw broken(error, signal);
  }
}

function broken(error: unknown, signal: AbortSignal | undefined): unknown {
  return signal?.aborted ? error : new TransportBroken(error);
}
