/** The compiled executable as a server, as its users run it, and a client of its socket. */
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Clients } from "../../src/client/client.ts";
import { clientsOf } from "../../src/client/rpc.ts";
import { locateHome } from "../../src/config/home.ts";
import type { DefinitionSource } from "../../src/engine/engine.ts";
import { reference } from "./definitions.ts";

export const executable = resolve(process.env["PAWL_BINARY"] ?? resolve(import.meta.dir, "../../dist/pawl"));

export interface Server {
  readonly pid: number;
  readonly socket: string;
  readonly clients: Clients;
  /** From the spawn until it said that it serves. */
  readonly readyMs: number;
  /** Resolves once it is gone. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/** Serves the home `folder`/home; its store is `data/pawl.db` in there. */
export async function serve(folder: string, flags: readonly string[] = []): Promise<Server> {
  if (!existsSync(executable)) throw new Error(`There is no "${executable}": run \`bun run build\``);
  const home = join(folder, "home");
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const located = locateHome(home);
  const from = performance.now();
  const child = Bun.spawn([executable, "serve", "--home", home, ...flags], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: folder },
    stdio: ["ignore", "ignore", "pipe"],
  });
  // Whoever measures may throw, and must not leave a server behind.
  process.once("exit", () => child.kill("SIGKILL"));
  await saysReady(child.stderr);
  return {
    pid: child.pid,
    socket: located.socket,
    clients: clientsOf(located),
    readyMs: performance.now() - from,
    async end(signal) {
      child.kill(signal);
      await child.exited;
    },
  };
}

/** Resolves at the ready line; what follows is read and forgotten, so that the pipe never fills. */
function saysReady(stderr: ReadableStream<Uint8Array>): Promise<void> {
  const { promise, resolve: ready, reject } = Promise.withResolvers<void>();
  const read = async () => {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of stderr) {
      if (text.length < 100_000) text += decoder.decode(chunk, { stream: true });
      if (text.includes("pawl is serving on")) ready();
    }
    reject(new Error(`The server ended before it was ready: ${text}`));
  };
  void read();
  return promise;
}

export async function apply({ workflows }: Clients, sources: readonly DefinitionSource[]): Promise<void> {
  await workflows.apply({ sources: [...sources], dryRun: false });
}

export async function start(clients: Clients, id: string, name: string, input: unknown): Promise<void> {
  const what = { case: "workflow" as const, value: reference(name) };
  await clients.executions.start({ id, what, input: JSON.stringify(input) });
}

/**
 * From the start to the result, as a program does it that knows the API and has no library of ours: one HTTP call of the
 * Connect protocol. Throws when it is not `completed`.
 */
export async function runOnServer(
  { socket: unix }: Pick<Server, "socket">,
  id: string,
  name: string,
  input: unknown,
): Promise<string> {
  const request = { id, workflow: reference(name), input: JSON.stringify(input), waitMs: 60_000 };
  const answer = await fetch("http://pawl/pawl.v1.ExecutionService/Start", {
    unix,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  const { execution, message } = (await answer.json()) as Answer;
  if (execution?.status === "EXECUTION_STATUS_COMPLETED") return execution.output;
  throw new Error(`"${id}": ${message ?? execution?.error ?? execution?.status}`);
}

interface Answer {
  readonly message?: string;
  readonly execution?: { readonly status: string; readonly output: string; readonly error?: string };
}
