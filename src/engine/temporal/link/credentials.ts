import { readFileSync } from "node:fs";
import type { Piece, TemporalAddress } from "../options.ts";
import { TroubleError } from "./trouble.ts";

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

/**
 * Throws `TroubleError` when a file cannot be read, or does not hold what it should: in words, without what is in it. That
 * takes people, as when Temporal refuses them.
 */
export function readCredentials({ apiKey, tls, metadata, settings = [] }: TemporalAddress): Credentials {
  const reader = new Reader(settings);
  return {
    ...(apiKey && { apiKey: reader.readKey(apiKey) }),
    ...(tls && { tls: readTls(tls, reader) }),
    ...(metadata && { metadata }),
  };
}

function readTls(
  { ca, cert, key, serverName }: NonNullable<TemporalAddress["tls"]>,
  reader: Reader,
): Credentials["tls"] {
  return {
    ...(serverName !== undefined && { serverNameOverride: serverName }),
    ...(ca && { serverRootCACertificate: reader.readPem(ca, "CERTIFICATE", authority) }),
    ...(cert &&
      key && {
        clientCertPair: {
          crt: reader.readPem(cert, "CERTIFICATE", clientCertificate),
          key: reader.readPem(key, "PRIVATE KEY", clientKey),
        },
      }),
  };
}

/** Something that settings name: in words, as `settings` of `TemporalAddress` call it, and our own setting. */
interface Named {
  readonly words: string;
  readonly shownAs: string;
  readonly setting: string;
}

const apiKeyNamed: Named = { words: "the API key", shownAs: "API key", setting: "temporal-api-key-file" };
const authority: Named = {
  words: "the certificate authority",
  shownAs: "CA",
  setting: "temporal-tls-ca-file",
};
const clientCertificate: Named = {
  words: "the client's certificate",
  shownAs: "client certificate",
  setting: "temporal-tls-cert-file",
};
const clientKey: Named = {
  words: "the client's key",
  shownAs: "client key",
  setting: "temporal-tls-key-file",
};

class Reader {
  readonly #settings: NonNullable<TemporalAddress["settings"]>;

  constructor(settings: NonNullable<TemporalAddress["settings"]>) {
    this.#settings = settings;
  }

  /** The SDK takes anything for PEM, and finds nothing in it. */
  readPem(piece: Piece, label: string, what: Named): Buffer {
    const content = this.#read(piece, what);
    if (content.includes(`${label}-----`)) return content;
    throw this.#wrong(`${nameOf(piece, what)} holds no ${label.toLowerCase()} in PEM`, piece, what);
  }

  readKey(piece: Piece): string {
    const key = this.#read(piece, apiKeyNamed).toString("utf8").trim();
    if (/^[\x21-\x7e]+$/.test(key)) return key;
    const fault = key === "" ? "is empty" : "holds no API key in one line";
    throw this.#wrong(`${nameOf(piece, apiKeyNamed)} ${fault}`, piece, apiKeyNamed);
  }

  #read(piece: Piece, what: Named): Buffer {
    if ("text" in piece) return Buffer.from(piece.text);
    try {
      return readFileSync(piece.file);
    } catch (error) {
      const { code = "", message } = error as NodeJS.ErrnoException;
      const why = reasons[code] ?? message;
      throw this.#wrong(`${nameOf(piece, what)} cannot be read: ${why}`, piece, what, error);
    }
  }

  #wrong(message: string, piece: Piece, { shownAs, setting }: Named, cause?: unknown): TroubleError {
    const origin = this.#settings.find(({ name }) => name === shownAs)?.origin;
    const from = origin === undefined ? "" : ` (now from ${origin})`;
    const fix =
      "file" in piece ? `correct that file, or name another: ${setting}${from}` : `correct it${from}`;
    return new TroubleError({ kind: "rejected", message, fix }, cause);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  EACCES: "permission denied",
  EISDIR: "it is a directory",
};

const nameOf = (piece: Piece, { words }: Named) => ("file" in piece ? `${words} "${piece.file}"` : words);
