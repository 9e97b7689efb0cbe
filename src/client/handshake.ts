import { lstatSync } from "node:fs";
import { dirname } from "node:path";
import type { Home } from "../config/home.ts";
import { foreignOwner, homeIsFile } from "./no-server.ts";

/** Version of the API this client speaks. */
export const apiVersion = "1";
const serviceName = "pawl";
const maxReasonBytes = 100;

/** What came back from the socket. Only `server` says anything for certain: never conclude from the rest that none lives. */
export type Answer =
  | { readonly kind: "server"; readonly server: ServerAnswer }
  /** No socket is there. */
  | { readonly kind: "absent" }
  /** Nobody takes the connection: dead, or its queue is full. */
  | { readonly kind: "refused" }
  /** The connection broke before an answer. */
  | { readonly kind: "broken" }
  | { readonly kind: "silent" }
  /** Somebody answered who is not a Pawl that introduces itself. */
  | { readonly kind: "stranger" };

export interface ServerAnswer {
  readonly version: string;
  readonly api: string;
  readonly homeId: string;
  readonly instanceId: string;
  /** False while it stops. */
  readonly serving: boolean;
}

/**
 * Health.Check of the whole server over the Connect protocol: the request is empty, the answer two bytes, so both are encoded by
 * hand and nothing has to be loaded. A test holds this against the generated code.
 */
export async function introduce(home: Home, timeoutMs: number, signal?: AbortSignal): Promise<Answer> {
  if (!hasSocket(home)) return { kind: "absent" };
  let response: Response;
  let body: Uint8Array;
  try {
    response = await post(home, "grpc.health.v1.Health/Check", new Uint8Array(), timeoutMs, signal);
    body = await response.bytes();
  } catch (error) {
    signal?.throwIfAborted();
    return classify(error);
  }
  const header = (name: string) => response.headers.get(name) ?? "";
  if (header("pawl-service") !== serviceName || response.status !== 200) return { kind: "stranger" };
  return {
    kind: "server",
    server: {
      version: header("pawl-version"),
      api: header("pawl-api"),
      homeId: header("pawl-home"),
      instanceId: header("pawl-instance"),
      serving: body.length === 2 && body[0] === 0x08 && body[1] === 0x01,
    },
  };
}

/** ServerService.Shutdown, encoded by hand as well: any client can stop any server. False: it did not agree in time. */
export async function requestShutdown(home: Home, reason: string, timeoutMs: number): Promise<boolean> {
  const text = new TextEncoder().encode(reason).subarray(0, maxReasonBytes);
  try {
    const response = await post(
      home,
      "pawl.v1.ServerService/Shutdown",
      new Uint8Array([0x0a, text.length, ...text]),
      timeoutMs,
    );
    return response.ok;
  } catch {
    return false;
  }
}

function post(home: Home, method: string, body: Uint8Array, timeoutMs: number, signal?: AbortSignal) {
  const deadline = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)));
  return fetch(`http://pawl/${method}`, {
    method: "POST",
    headers: { "content-type": "application/proto", "connect-protocol-version": "1" },
    body,
    unix: home.socket,
    signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    keepalive: false,
  });
}

function classify(error: unknown): Answer {
  const { code, name } = error as { code?: unknown; name?: string };
  if (name === "TimeoutError" || name === "AbortError") return { kind: "silent" };
  if (code === "ENOENT" || code === "ENOTDIR") return { kind: "absent" };
  if (code === "ECONNREFUSED" || code === "EAGAIN") return { kind: "refused" };
  if (code === "ECONNRESET" || code === "EPIPE" || code === "ConnectionClosed") return { kind: "broken" };
  return typeof code === "string" && code.startsWith("E") ? { kind: "refused" } : { kind: "stranger" };
}

/** Whether a socket is there, in a directory that is ours alone. Throws when that is somebody else's. */
export function hasSocket(home: Home): boolean {
  // A link is never followed, wherever it leads.
  return (
    isOurs(dirname(home.socket)) && lstatSync(home.socket, { throwIfNoEntry: false })?.isSocket() === true
  );
}

/** Whoever can write the directory can put a socket of his own there. Throws when it is somebody else's. */
function isOurs(directory: string): boolean {
  let stats: ReturnType<typeof lstatSync>;
  try {
    stats = lstatSync(directory, { throwIfNoEntry: false });
  } catch (error) {
    const isFile = (error as NodeJS.ErrnoException).code === "ENOTDIR";
    throw isFile ? homeIsFile(directory, error) : foreignOwner(directory, undefined, error);
  }
  if (stats === undefined) return false;
  if (stats.uid !== process.getuid?.()) throw foreignOwner(directory, stats.uid);
  // What else is wrong with it is told by whoever prepares the home.
  return stats.isDirectory() && (stats.mode & 0o022) === 0;
}
