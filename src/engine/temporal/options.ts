import type { ActivityPolicy, RunActivity } from "../../activity/activity.ts";
import type { SecretKeeper } from "../engine.ts";

/** Where Temporal is, and what it takes to be let in. */
export interface TemporalAddress {
  /** HOST:PORT. */
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly apiKeyFile?: string;
  /** PEM files. With any of them, or with an API key, the connection is encrypted. */
  readonly tlsCaFile?: string;
  readonly tlsCertFile?: string;
  readonly tlsKeyFile?: string;
}

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
  /** The bundle of the workflows; absent: the one in the executable. */
  readonly workflowCode?: string;
}

export type EngineLog = (
  level: "info" | "warn" | "error",
  message: string,
  fields?: Record<string, unknown>,
) => void;
