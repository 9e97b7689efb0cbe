import type { ActivityPolicy, RunActivity } from "../../activity/activity.ts";
import type { SecretKeeper } from "../engine.ts";

/** Where Temporal is, and what it takes to be let in. */
export interface TemporalAddress {
  /** HOST:PORT. */
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly apiKey?: Piece;
  /** Absent: the connection is not encrypted. What is named in it is PEM. */
  readonly tls?: {
    /** Absent: whom the system trusts. */
    readonly ca?: Piece;
    readonly cert?: Piece;
    readonly key?: Piece;
    /** By which the server's certificate is to know it; absent: the host of the address. */
    readonly serverName?: string;
  };
  /** Sent along with every call. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Of all this, what may be shown, and where it comes from. */
  readonly settings?: readonly { readonly name: string; readonly value: string; readonly origin: string }[];
}

/** A credential: in a file, which is read for every connection, or at hand. */
export type Piece = { readonly file: string } | { readonly text: string };

export interface TemporalEngineOptions {
  readonly temporal: TemporalAddress;
  readonly runActivity: RunActivity;
  readonly policy: ActivityPolicy;
  /** Opens the secrets of this server, from its start to its stop. */
  readonly openSecrets: () => SecretKeeper;
  readonly log: EngineLog;
  /** The server's version, as workflows see it in `$runtime`. */
  readonly version: string;
  /** Where the SDK's native part is unpacked: a folder on a file system that allows execution. */
  readonly cache: string;
  /** For what is started while Temporal is away. */
  readonly queue: QueueSettings;
  /** The bundle of the workflows; absent: the one in the executable. */
  readonly workflowCode?: string;
}

export interface QueueSettings {
  /** Its file; made only where new ones are taken. */
  readonly path: string;
  /** Whether new ones are taken; what is in the file is started in any case. */
  readonly accepts: boolean;
  /** How long one may wait for its start. */
  readonly ttlMs: number;
}

export type EngineLog = (
  level: "info" | "warn" | "error",
  message: string,
  fields?: Record<string, unknown>,
) => void;
