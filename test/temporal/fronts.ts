import { readFileSync } from "node:fs";
import {
  type ClientHttp2Session,
  connect as connectHttp2,
  createServer as createHttp2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { type AddressInfo, connect as connectTcp, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { Pair } from "./certificates.ts";

/** Something in front of a Temporal server. */
export interface Front {
  /** HOST:PORT. */
  readonly address: string;
  close(): Promise<void>;
}

export interface TlsFrontOptions {
  /** The server behind, HOST:PORT. */
  readonly to: string;
  readonly pair: Pair;
  /** Whose clients are let in, PEM; absent: everybody. */
  readonly clientCa?: string;
}

/** Ends TLS, and hands on what comes. */
export async function openTlsFront({ to, pair, clientCa }: TlsFrontOptions): Promise<Front> {
  const sockets = new Set<Socket>();
  const server = createTlsServer(
    {
      cert: readFileSync(pair.cert),
      key: readFileSync(pair.key),
      ALPNProtocols: ["h2"],
      ...(clientCa !== undefined && {
        ca: readFileSync(clientCa),
        requestCert: true,
        rejectUnauthorized: true,
      }),
    },
    (client) => {
      const behind = connectTcp(portOf(to), "127.0.0.1");
      for (const [one, other] of [
        [client, behind],
        [behind, client],
      ] as const) {
        sockets.add(one);
        one.pipe(other);
        one.on("error", () => other.destroy());
        one.on("close", () => other.destroy());
      }
    },
  );
  server.on("tlsClientError", () => {});
  return listen(server, () => {
    for (const socket of sockets) socket.destroy();
  });
}

/** Answers a gRPC call in the place of the server: its status and words. */
export type Judge = (
  method: string,
  headers: IncomingHttpHeaders,
) => { readonly code: number; readonly message: string } | undefined;

/** Looks at each gRPC call (without TLS) before it hands it on. */
export async function openJudgingFront(to: string, judge: Judge): Promise<Front> {
  const behind: ClientHttp2Session = connectHttp2(`http://${to}`);
  behind.on("error", () => {});
  const sessions = new Set<ServerHttp2Session>();
  const server = createHttp2Server();
  server.on("session", (session) => sessions.add(session));
  server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on("error", () => {});
    const refused = judge(String(headers[":path"]).split("/").at(-1) ?? "", headers);
    if (!refused) return forward(behind, stream, headers);
    const { code, message } = refused;
    const status = { "grpc-status": String(code), "grpc-message": message };
    stream.respond({ ":status": 200, "content-type": "application/grpc", ...status }, { endStream: true });
  });
  return listen(server as unknown as Server, () => {
    for (const session of sessions) session.destroy();
    behind.destroy();
  });
}

function forward(behind: ClientHttp2Session, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  const { connection: _, host: __, ...rest } = headers;
  const request = behind.request(rest);
  let trailers: IncomingHttpHeaders = {};
  request.on("error", () => stream.close());
  stream.on("close", () => request.close());
  stream.pipe(request);
  request.on("trailers", (found: IncomingHttpHeaders) => {
    trailers = found;
  });
  request.on("response", (found: IncomingHttpHeaders) => {
    if (stream.closed) return;
    if (found["grpc-status"] !== undefined) return stream.respond(plain(found), { endStream: true });
    stream.respond(plain(found), { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers(plain(trailers)));
    request.pipe(stream);
  });
}

/** Without what belongs to the hop. */
const plain = (headers: IncomingHttpHeaders) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "connection"));

const portOf = (address: string) => Number(address.split(":")[1]);

async function listen(server: Server, release: () => void): Promise<Front> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        release();
      }),
  };
}
