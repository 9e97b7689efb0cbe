import type { CreateService } from "./service.ts";

export interface DaemonOptions {
  /** The home as given; keyed by its real path. */
  readonly home: string;
  /** True: a person or a supervisor runs `pawl serve`; false: a client spawned us, and fd 3 is its readiness pipe. */
  readonly foreground: boolean;
  readonly create: CreateService;
  /** Called once, when the socket is published (foreground: prints the ready line). */
  readonly onReady?: (socket: string) => void;
}

/**
 * The whole life of a server process: lock, open, publish, serve, stop (daemon.md "Server: start"). Resolves with the
 * exit code once everything is released. Rejects `Failure` `already_exists` (exit 4) when another server lives.
 */
export declare function runDaemon(options: DaemonOptions): Promise<number>;
