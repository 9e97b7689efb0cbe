import type { Engine } from "../engine/engine.ts";
import type { Drain } from "./drain.ts";
import type { Health } from "./health.ts";

/** Who the server is: the same facts as the daemon's identity. */
export interface ServerIdentity {
  readonly pid: number;
  readonly version: string;
  readonly commit: string;
  readonly homeId: string;
  readonly instanceId: string;
  readonly home: string;
  readonly socket: string;
  /** ms since the epoch. */
  readonly startedAt: number;
  readonly foreground: boolean;
}

/** What every service of the API works with. */
export interface Context {
  readonly engine: Engine;
  readonly identity: ServerIdentity;
  readonly health: Health;
  readonly drain: Drain;
  readonly shutdown: (reason: string) => void;
  /** Told of every call but streams: its name, its code (`ok`, or as in `FailureCode`), and its time in ms. */
  readonly called?: (method: string, code: string, ms: number) => void;
  readonly log: (level: "info" | "warn" | "error", message: string, fields?: Record<string, unknown>) => void;
}

/** Version of the API (`pawl-api`): grows only when an old client could no longer talk to a new server. */
export const API_VERSION = "1";

/** The response headers that say who answers; part of the frozen health answer. */
export function identityHeaders(identity: ServerIdentity): Record<string, string> {
  return {
    "pawl-service": "pawl",
    "pawl-version": identity.version,
    "pawl-api": API_VERSION,
    "pawl-home": identity.homeId,
    "pawl-instance": identity.instanceId,
  };
}
