import { resolve } from "node:path";
import { Failure } from "../../failure.ts";
import { address } from "../options.ts";

/** A certificate, key or other credential: in a file, which is read when it is needed, or at hand. */
export type Piece = { readonly file: string } | { readonly text: string };

/** Everything there is to say of a connection to Temporal. */
export interface Parts {
  address: string;
  namespace: string;
  taskQueue: string;
  apiKey: Piece;
  /** Whether to encrypt. */
  tls: boolean;
  ca: Piece;
  cert: Piece;
  key: Piece;
  serverName: string;
  /** Sent along with every call. */
  metadata: Readonly<Record<string, string>>;
}

/** What one place says, and where; what it is silent about is absent. */
export type Layer = { readonly [K in keyof Parts]?: Said<Parts[K]> };

/** One that is being put together. */
export type OpenLayer = { -readonly [K in keyof Layer]: Layer[K] };

export interface Said<T> {
  readonly value: T;
  readonly origin: string;
}

const usualPort = 7233;

/** HOST:PORT, or HOST alone as Temporal's own tools take it. Throws an Error that says what was expected. */
export function temporalAddress(given: unknown): string {
  const written = String(given);
  return address(/^[^:\s[\]]+$|^\[[0-9a-fA-F:]+\]$/.test(written) ? `${written}:${usualPort}` : given);
}

/** As in Temporal's tools, relative to the working directory. */
export const pathPiece = (given: string): Piece => ({ file: resolve(given) });

export function invalid(message: string, hint: string): Failure {
  return new Failure("invalid_argument", message, { reason: "config-invalid", hint });
}
