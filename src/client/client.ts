import type { Client } from "@connectrpc/connect";
import type { EventService } from "../gen/pawl/v1/event_pb.ts";
import type { ExecutionService } from "../gen/pawl/v1/execution_pb.ts";
import type { ServerService } from "../gen/pawl/v1/server_pb.ts";
import type { WorkflowService } from "../gen/pawl/v1/workflow_pb.ts";

export interface ClientOptions {
  readonly home: string;
  /** Monotonic budget for obtaining a server and for each call, in ms. */
  readonly deadlineMs: number;
  /** False (`--no-start`): never start a server. */
  readonly start: boolean;
  /** One line for people, e.g. that an older server is being replaced. */
  readonly notice: (line: string) => void;
}

export interface Clients {
  readonly workflows: Client<typeof WorkflowService>;
  readonly executions: Client<typeof ExecutionService>;
  readonly events: Client<typeof EventService>;
  readonly server: Client<typeof ServerService>;
}

export interface CallOptions {
  /** Safe to repeat on a new server when the transport breaks (everything whose ids the client makes). */
  readonly repeatable: boolean;
  /** Aborts the call; a pending wait for a server too. */
  readonly signal?: AbortSignal;
}

/**
 * Obtains a server (daemon.md "Client: obtain a server") and makes one unary call on it. A transport that breaks is
 * obtained again until the deadline when the call is repeatable. Rejects with `Failure`; a server's error keeps its code,
 * reason, hint and diagnostics (`details`: `Diagnostic[]`).
 */
export declare function call<T>(
  options: ClientOptions,
  work: (clients: Clients, signal: AbortSignal) => Promise<T>,
  callOptions: CallOptions,
): Promise<T>;

/**
 * A server stream that survives restarts and kill -9 of the server: `open` is called again with the last cursor after
 * each break. After an explicit `stop` of the server it ends with `unavailable`, and starts no server.
 */
export declare function stream<T extends { readonly cursor: string }>(
  options: ClientOptions,
  open: (clients: Clients, cursor: string, signal: AbortSignal) => AsyncIterable<T>,
  signal?: AbortSignal,
): AsyncIterable<T>;
