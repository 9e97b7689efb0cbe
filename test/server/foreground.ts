import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const binary = resolve(process.env["PAWL_BINARY"] ?? "dist/pawl");

/** A server of the compiled binary in the foreground, in a home of its own. */
export interface ForegroundServer {
  readonly home: string;
  readonly socket: string;
  readonly process: Bun.Subprocess<"ignore", "ignore", "pipe">;
  /** One call over the Connect protocol with JSON. */
  call(method: string, body?: unknown): Promise<{ status: number; headers: Headers; body: any }>;
  stop(): Promise<void>;
}

export async function serveForeground(): Promise<ForegroundServer> {
  const home = mkdtempSync(join(tmpdir(), "pawl-server-"));
  const server = Bun.spawn([binary, "serve", "--home", home], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env["PATH"] ?? "" },
  });
  await readyLine(server.stderr);
  const socket = join(home, "run/pawl.sock");
  return {
    home,
    socket,
    process: server,
    async call(method, body = {}) {
      const response = await fetch(`http://pawl/${method}`, {
        unix: socket,
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
    async stop() {
      server.kill("SIGTERM");
      await server.exited;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** `serve` says in one line that it is ready; the end of the stream before that is a failure. */
async function readyLine(stderr: ReadableStream<Uint8Array>): Promise<void> {
  let text = "";
  for await (const chunk of stderr) {
    text += new TextDecoder().decode(chunk);
    if (text.includes("\n")) return;
  }
  throw new Error(`The server ended before it was ready: ${text}`);
}
