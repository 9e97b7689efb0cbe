import { readFileSync } from "node:fs";
import type { Piece, TemporalAddress } from "../options.ts";

/** What is shown to Temporal, as it is at this moment. */
export interface Credentials {
  readonly apiKey?: string;
  /** Undefined: not encrypted. */
  readonly tls?: {
    readonly serverNameOverride?: string;
    readonly serverRootCACertificate?: Buffer;
    readonly clientCertPair?: { readonly crt: Buffer; readonly key: Buffer };
  };
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Throws when a file cannot be read, or does not hold what it should: in words, without what is in it. */
export function readCredentials({ apiKey, tls, metadata }: TemporalAddress): Credentials {
  return {
    ...(apiKey && { apiKey: readKey(apiKey) }),
    ...(tls && { tls: readTls(tls) }),
    ...(metadata && { metadata }),
  };
}

function readTls({ ca, cert, key, serverName }: NonNullable<TemporalAddress["tls"]>): Credentials["tls"] {
  return {
    ...(serverName !== undefined && { serverNameOverride: serverName }),
    ...(ca && { serverRootCACertificate: readPem(ca, "CERTIFICATE", "the certificate authority") }),
    ...(cert &&
      key && {
        clientCertPair: {
          crt: readPem(cert, "CERTIFICATE", "the client's certificate"),
          key: readPem(key, "PRIVATE KEY", "the client's key"),
        },
      }),
  };
}

/** The SDK takes anything for PEM, and finds nothing in it. */
function readPem(piece: Piece, label: string, what: string): Buffer {
  const content = read(piece, what);
  if (content.includes(`${label}-----`)) return content;
  throw new Error(`${nameOf(piece, what)} holds no ${label.toLowerCase()} in PEM`);
}

function readKey(piece: Piece): string {
  const key = read(piece, "the API key").toString("utf8").trim();
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new Error(
    `${nameOf(piece, "the API key")} ${key === "" ? "is empty" : "holds no API key in one line"}`,
  );
}

function read(piece: Piece, what: string): Buffer {
  if ("text" in piece) return Buffer.from(piece.text);
  try {
    return readFileSync(piece.file);
  } catch (error) {
    throw new Error(`${what} cannot be read: ${(error as Error).message}`);
  }
}

const nameOf = (piece: Piece, what: string) => ("file" in piece ? `"${piece.file}"` : what);
