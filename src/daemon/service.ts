import type { Socket } from "node:net";

/** Who a server is; its health answers carry it as response headers (`pawl-service`, `pawl-version`, …). */
export interface Identity {
  readonly pid: number;
  readonly version: string;
  readonly commit: string;
  /** Hash of the home's real path: the same for client and server. */
  readonly homeId: string;
  /** New for each process. */
  readonly instanceId: string;
  readonly home: string;
  readonly socket: string;
  /** ms since the epoch. */
  readonly startedAt: number;
  /** False: started by a client. */
  readonly foreground: boolean;
}

export interface Lifetime {
  /** How long a stop waits for what is in flight; 3000 unless given. */
  readonly drainMs?: number;
  /** The least that goes into the log; `info` unless given. */
  readonly logLevel?: "debug" | "info" | "warn" | "error";
  /** Ends a server that was idle for so long; never unless given. */
  readonly idleExitMs?: number | undefined;
  /** Whether nothing runs and nothing waits; connections are counted by the daemon. */
  readonly isIdle?: () => boolean;
}

/** What the daemon hosts: the API over the engine, without any knowledge of locks, sockets or signals. */
export interface Service {
  /** Opens and recovers the store. Resolved: health is SERVING and `accept` may be called. */
  open(): Promise<void>;
  /** Serves one accepted connection (Connect, gRPC or gRPC-Web). */
  accept(socket: Socket): void;
  /** How this server is to live, as `open` learned it; asked once, when it is open. */
  lifetime?(): Lifetime;
  /** Refuses new work, ends what is in flight within `deadlineMs`, closes the store. */
  close(deadlineMs: number): Promise<void>;
}

/** Writes one structured line to the server's log. */
export type Log = (
  level: "debug" | "info" | "warn" | "error",
  message: string,
  fields?: Record<string, unknown>,
) => void;

/**
 * Makes the service of one daemon; `log` is the server's own log. `shutdown` begins an orderly stop and returns at once. What
 * is given to `redact` never appears in the log from then on.
 */
export type CreateService = (
  identity: Identity,
  shutdown: (reason: string) => void,
  log: Log,
  redact: (secret: string) => void,
) => Service;
