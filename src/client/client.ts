import type { Client } from "@connectrpc/connect";
import { type Home, locateHome } from "../config/home.ts";
import { Failure } from "../failure.ts";
import type { EventService } from "../gen/pawl/v1/event_pb.ts";
import type { ExecutionService } from "../gen/pawl/v1/execution_pb.ts";
import type { SecretService } from "../gen/pawl/v1/secret_pb.ts";
import type { ServerService } from "../gen/pawl/v1/server_pb.ts";
import type { WorkflowService } from "../gen/pawl/v1/workflow_pb.ts";
import { connect, forget } from "./connection.ts";
import type { ObtainOptions } from "./contact.ts";
import { Deadline } from "./first.ts";
import { connectionLost, stopped } from "./no-server.ts";
import { unlessSilent } from "./silence.ts";
import { tellUnanswered } from "./unanswered.ts";

export interface ClientOptions {
  readonly home: string;
  /** Monotonic budget for obtaining a server and for each call, in ms. */
  readonly deadlineMs: number;
  /** False (`--no-start`): never start a server. */
  readonly start: boolean;
  /** One line for people, e.g. that an older server is being replaced. */
  readonly notice: (line: string) => void;
  /** Streams: a server was there just before; one that was stopped on purpose since then is not started again. */
  readonly following?: boolean;
  /** After so long without a word from the server a stream is opened anew; three of its heartbeats unless given. */
  readonly silenceMs?: number;
}

export interface Clients {
  readonly workflows: Client<typeof WorkflowService>;
  readonly executions: Client<typeof ExecutionService>;
  readonly events: Client<typeof EventService>;
  readonly secrets: Client<typeof SecretService>;
  readonly server: Client<typeof ServerService>;
}

export interface CallOptions {
  /** Safe to repeat on a new server when the transport breaks (everything whose ids the client makes). */
  readonly repeatable: boolean;
  /** Aborts the call; a pending wait for a server too. */
  readonly signal?: AbortSignal;
}

/** A server has something to say every 15 s, and be it a heartbeat. */
const defaultSilenceMs = 45_000;
/** A server that breaks every connection would be asked for ever. */
const maxBreaksPerServer = 3;

/**
 * Obtains a server (daemon.md "Client: obtain a server") and makes one unary call on it. A transport that breaks is
 * obtained again until the deadline when the call is repeatable. Rejects with `Failure`; a server's error keeps its code,
 * reason, hint and diagnostics (`details`: `Diagnostic[]`).
 */
export async function call<T>(
  options: ClientOptions,
  work: (clients: Clients, signal: AbortSignal) => Promise<T>,
  callOptions: CallOptions,
): Promise<T> {
  const home = locateHome(options.home);
  const deadline = new Deadline(options.deadlineMs);
  const { signal } = callOptions;
  const breaks = new Breaks();
  using _quiet = tellUnanswered(home, deadline, options.notice);
  for (;;) {
    const connection = await connect(home, { ...options, deadline, signal });
    const expiry = new AbortController();
    const timer = setTimeout(() => expiry.abort(), deadline.remainingMs());
    try {
      return await work(
        connection.clients,
        signal ? AbortSignal.any([signal, expiry.signal]) : expiry.signal,
      );
    } catch (error) {
      if (signal?.aborted) throw new Failure("cancelled", "Interrupted", { cause: error });
      if (expiry.signal.aborted) throw expired(options.deadlineMs);
      const { judge } = await import("./errors.ts");
      const { kind, failure } = judge(error);
      if (kind === "answer" || (kind === "broken" && !callOptions.repeatable)) throw failure;
      forget(home, connection);
      if (kind === "broken") breaks.count(connection.server.instanceId);
    } finally {
      clearTimeout(timer);
      expiry.abort();
    }
  }
}

/**
 * A server stream that survives restarts and kill -9 of the server: `open` is called again with the last cursor after
 * each break, and when the server has been silent for too long. After an explicit `stop` of the server it ends with
 * `unavailable`, and starts no server.
 */
export async function* stream<T extends { readonly cursor: string }>(
  options: ClientOptions,
  open: (clients: Clients, cursor: string, signal: AbortSignal) => AsyncIterable<T>,
  signal?: AbortSignal,
): AsyncIterable<T> {
  const home = locateHome(options.home);
  let breaks = new Breaks();
  let cursor = "";
  for (let following = options.following ?? false; ; following = true) {
    const deadline = new Deadline(options.deadlineMs);
    const connection = await obtained(home, { ...options, deadline, signal, following });
    // Leaving the loop without this would keep the connection, and with it the process.
    const leave = new AbortController();
    try {
      const both = signal ? AbortSignal.any([signal, leave.signal]) : leave.signal;
      const items = open(connection.clients, cursor, both);
      for await (const item of unlessSilent(items, options.silenceMs ?? defaultSilenceMs)) {
        if (item.cursor !== "") cursor = item.cursor;
        breaks = new Breaks();
        yield item;
      }
      return;
    } catch (error) {
      if (signal?.aborted) throw new Failure("cancelled", "Interrupted", { cause: error });
      await resume(error, home, connection, breaks);
    } finally {
      leave.abort();
    }
  }
}

async function obtained(home: Home, options: ObtainOptions): ReturnType<typeof connect> {
  using _quiet = tellUnanswered(home, options.deadline, options.notice);
  return await connect(home, options);
}

/** Returns when the stream may be opened again, on whatever server comes next. */
async function resume(
  error: unknown,
  home: Home,
  connection: Awaited<ReturnType<typeof connect>>,
  breaks: Breaks,
): Promise<void> {
  const { judge } = await import("./errors.ts");
  const { kind, failure } = judge(error);
  if (kind === "answer") throw failure;
  if (failure.reason === "server-stopped") throw stopped();
  forget(home, connection);
  if (kind === "broken") breaks.count(connection.server.instanceId);
}

/** Breaks in a row by one and the same server. */
class Breaks {
  #instance = "";
  #count = 0;

  count(instance: string): void {
    this.#count = instance === this.#instance ? this.#count + 1 : 1;
    this.#instance = instance;
    if (this.#count >= maxBreaksPerServer) throw connectionLost();
  }
}

function expired(deadlineMs: number): Failure {
  return new Failure("deadline_exceeded", `The server did not finish this call within ${deadlineMs} ms`, {
    reason: "call-deadline",
    hint: "Give it more time: --timeout 2m",
  });
}
