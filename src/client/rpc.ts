import type { Home } from "../config/home.ts";
import { services } from "../gen/json-shapes.ts";
import type { Clients } from "./client.ts";
import { fromJson, toJson } from "./json.ts";
import type { ServiceShape, Shape } from "./shape.ts";

const maxMessageBytes = 256 * 1024 * 1024;

/** The connection broke, as opposed to an error that the server sent. */
export class TransportBroken extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "TransportBroken";
  }
}

/** An error that the server sent, in the Connect protocol's JSON. */
export class RemoteError extends Error {
  readonly code: string;
  /** By message type, as JSON. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(body: unknown) {
    const { code, message, details } = body as ErrorJson;
    super(message ?? "");
    this.name = "RemoteError";
    this.code = code ?? "unknown";
    this.details = Object.fromEntries((details ?? []).map(({ type, debug }) => [type, debug]));
  }
}

interface ErrorJson {
  readonly code?: string;
  readonly message?: string;
  readonly details?: readonly { readonly type: string; readonly debug?: unknown }[];
}

interface CallOptions {
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Typed clients over the home's socket: the Connect protocol with JSON over fetch, because the generated code and its
 * runtime cost more at every start than everything else together.
 */
export function clientsOf(home: Home): Clients {
  const shapes: Readonly<Record<string, ServiceShape>> = services;
  const clients = Object.entries(shapes).map(([client, { service, answers, streams }]) => {
    const methods = Object.entries(answers).map(([method, answer]) => {
      const path = `${service}/${method[0]!.toUpperCase()}${method.slice(1)}`;
      const make = streams.includes(method) ? streaming : unary;
      return [method, make(home.socket, path, answer)];
    });
    return [client, Object.fromEntries(methods)];
  });
  return Object.fromEntries(clients) as Clients;
}

function unary(unix: string, path: string, answer: Shape) {
  return async (request: unknown, { signal, headers }: CallOptions = {}) => {
    try {
      const response = await post(unix, path, "application/json", toJson(request), signal, headers);
      const body = JSON.parse(await response.text());
      if (!response.ok) throw new RemoteError(body);
      return fromJson(answer, body);
    } catch (error) {
      throw error instanceof RemoteError ? error : broken(error, signal);
    }
  };
}

const endOfStream = 2;

function streaming(unix: string, path: string, answer: Shape) {
  return async function* (request: unknown, { signal }: CallOptions = {}) {
    let ended = false;
    try {
      const response = await post(unix, path, "application/connect+json", envelope(toJson(request)), signal);
      for await (const { flags, text } of messages(response.body)) {
        if ((flags & endOfStream) === 0) yield fromJson(answer, JSON.parse(text));
        else {
          ended = true;
          const { error } = JSON.parse(text);
          if (error !== undefined) throw new RemoteError(error);
        }
      }
    } catch (error) {
      throw error instanceof RemoteError ? error : broken(error, signal);
    }
    if (!ended) throw new TransportBroken("The stream was cut off");
  };
}

function post(
  unix: string,
  path: string,
  type: string,
  body: string | Uint8Array,
  signal?: AbortSignal,
  more: CallOptions["headers"] = {},
) {
  const headers = { ...more, "content-type": type, "connect-protocol-version": "1" };
  const init = { method: "POST", headers, body, signal, unix, timeout: false };
  return fetch(`http://pawl/${path}`, init as RequestInit);
}

/** Connect's framing: a byte of flags, four of length, the message. */
function envelope(text: string): Uint8Array {
  const body = Buffer.from(text);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

async function* messages(body: ReadableStream<Uint8Array> | null) {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of body ?? []) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    while (rest.length >= 5) {
      const length = rest.readUInt32BE(1);
      if (length > maxMessageBytes) throw new Error("The server sent a message that is too large");
      if (rest.length < 5 + length) break;
      yield { flags: rest[0]!, text: rest.toString("utf8", 5, 5 + length) };
      rest = rest.subarray(5 + length);
    }
  }
}

function broken(error: unknown, signal: AbortSignal | undefined): unknown {
  return signal?.aborted ? error : new TransportBroken(error);
}
