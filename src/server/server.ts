import type { Socket } from "node:net";
import type { Transport } from "@connectrpc/connect";
import type { Engine } from "../engine/engine.ts";
import { createDispatcher } from "./connection.ts";
import type { Context, ServerIdentity } from "./context.ts";
import { Drain } from "./drain.ts";
import { createHealth } from "./health.ts";

export interface ServerOptions {
  readonly engine: Engine;
  readonly identity: ServerIdentity;
  /** Begins an orderly stop of the process and returns at once. */
  readonly shutdown: (reason: string) => void;
  /** Writes one line to the server's log. */
  readonly log: (level: "info" | "warn" | "error", message: string, fields?: Record<string, unknown>) => void;
  /** As in `Context`. */
  readonly called?: Context["called"];
}

/** The API over one engine, for any number of connections handed in by the daemon. */
export interface ApiServer {
  /** Opens the engine's store; resolved: health is SERVING. Rejects what `Engine.start` rejects. */
  open(): Promise<void>;
  accept(socket: Socket): void;
  /** Calls that make work: how many are worked on, and how many wait for it. */
  load(): { readonly running: number; readonly waiting: number };
  /** The API for callers within this process. */
  transport(): Promise<Transport>;
  /** Health turns NOT_SERVING, streams end, calls in flight get `deadlineMs`, then the engine stops. */
  close(deadlineMs: number): Promise<void>;
}

export function createServer(options: ServerOptions): ApiServer {
  const { engine, identity, log } = options;
  const drain = new Drain();
  const health = createHealth();
  const context: Context = {
    engine,
    identity,
    health,
    drain,
    log,
    ...(options.called && { called: options.called }),
    shutdown: (reason) => {
      drain.begin(reason);
      options.shutdown(reason);
    },
  };
  const dispatcher = createDispatcher(context);
  return {
    async open() {
      await engine.start();
      health.set("serving");
    },
    accept: (socket) => dispatcher.accept(socket),
    load: () => dispatcher.load(),
    transport: async () => (await import("./router.ts")).createInProcessTransport(context),
    async close(deadlineMs) {
      drain.begin("stop");
      health.set("not-serving");
      await drain.idle(deadlineMs);
      await engine.stop();
      await dispatcher.close();
    },
  };
}
