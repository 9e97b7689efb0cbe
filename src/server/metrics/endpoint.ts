import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Failure } from "../../failure.ts";

export interface MetricsEndpoint {
  /** HOST:PORT as it is, also when port 0 was asked for. */
  readonly address: string;
  close(): Promise<void>;
}

const maxConnections = 64;

/**
 * Serves `GET /metrics` on HOST:PORT; a host is needed only for another than 127.0.0.1. Rejects `failed_precondition`
 * when the address cannot be had.
 */
export async function serveMetrics(address: string, text: () => string): Promise<MetricsEndpoint> {
  const at = address.lastIndexOf(":");
  const host = address.slice(0, at).replace(/^\[|\]$/g, "");
  const server = createServer(({ method, url }, response) => {
    const found = (method === "GET" || method === "HEAD") && url?.split("?")[0] === "/metrics";
    response.writeHead(found ? 200 : 404, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
    response.end(found ? (method === "GET" ? text() : undefined) : "See /metrics\n");
  });
  server.maxConnections = maxConnections;
  await listen(server, Number(address.slice(at + 1)), host || "127.0.0.1", address);
  const { address: ip, family, port } = server.address() as AddressInfo;
  return {
    address: `${family === "IPv6" ? `[${ip}]` : ip}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number, host: string, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        new Failure("failed_precondition", `Cannot serve metrics on "${address}": ${error.message}`, {
          reason: "metrics-address",
          hint: "Choose another address with --metrics, or leave it out",
          cause: error,
        }),
      );
    });
    server.listen(port, host, () => resolve());
  });
}
