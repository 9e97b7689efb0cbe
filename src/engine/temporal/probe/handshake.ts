import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import {
  connect as connectTls,
  getCACertificates,
  type PeerCertificate,
  rootCertificates,
  type TLSSocket,
} from "node:tls";
import { causes } from "../link/causes.ts";
import type { Credentials } from "../link/credentials.ts";
import { type Trouble, TroubleError } from "../link/trouble.ts";

/** A connection on which gRPC can be spoken. */
export interface Handshake {
  readonly session: ClientHttp2Session;
  /** Of the server; absent: not encrypted. */
  readonly certificate?: PeerCertificate;
}

const deadlineMs = 2_000;

export function hostOf(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(address.slice(colon + 1)) };
}

/**
 * What is wrong with a server that can be reached, as far as a handshake tells; undefined: nothing, or it did not come to
 * one. Resolves within two seconds, and leaves no connection behind.
 */
export async function handshakeTrouble(
  address: string,
  tls: Credentials["tls"],
): Promise<Trouble | undefined> {
  const { host, port } = hostOf(address);
  const socket = connectTcp({ host, port });
  socket.on("error", () => {});
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), deadlineMs);
  try {
    const shaken = (async () => {
      await happens(socket, "connect");
      return shakeHands(socket, host, tls);
    })();
    const session = shaken.then((done) => done.session.destroy());
    await Promise.race([session, late]);
    return undefined;
  } catch (error) {
    return error instanceof TroubleError ? error.trouble : undefined;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/**
 * From a connection to one that speaks gRPC. What the server thinks of our certificate is known only once it has said
 * something. Rejects with `TroubleError`; the deadline is the caller's, who destroys the socket.
 */
export async function shakeHands(socket: Socket, host: string, tls: Credentials["tls"]): Promise<Handshake> {
  const { remotePort: port } = socket;
  const secured = tls && (await secure(socket, host, tls));
  const session = connectHttp2(`${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}`, {
    createConnection: () => secured ?? socket,
  });
  session.on("error", () => {});
  try {
    await happens(session, "remoteSettings");
  } catch (error) {
    throw new TroubleError(await reasonOf(error as NodeJS.ErrnoException, host, port, tls), error);
  }
  return { session, ...(secured && { certificate: secured.getPeerCertificate() }) };
}

async function reasonOf(
  error: NodeJS.ErrnoException,
  host: string,
  port: number | undefined,
  tls: Credentials["tls"],
): Promise<Trouble> {
  if (tls) {
    return alertTrouble(error.code ?? "") ?? causes.brokeOff(tls.clientCertPair !== undefined);
  }
  return (await speaksTls(host, port)) ? causes.tlsWanted : causes.noGrpc;
}

/** As strict as the SDK, but with words for what is wrong. */
async function secure(
  socket: Socket,
  host: string,
  tls: NonNullable<Credentials["tls"]>,
): Promise<TLSSocket> {
  const name = tls.serverNameOverride ?? host;
  const secured = connectTls({
    socket,
    host: name,
    ...(isIP(name) === 0 && { servername: name }),
    ca: tls.serverRootCACertificate ?? [...rootCertificates, ...getCACertificates("system")],
    ...(tls.clientCertPair && { cert: tls.clientCertPair.crt, key: tls.clientCertPair.key }),
    ALPNProtocols: ["h2"],
    // Judged below, to say more than yes or no.
    rejectUnauthorized: false,
  });
  secured.on("error", () => {});
  try {
    await happens(secured, "secureConnect");
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw new TroubleError(alertTrouble(code) ?? causes.handshakeRefused(message), error);
  }
  const trouble = secured.authorized
    ? undefined
    : certificateTrouble(String(secured.authorizationError), secured, name);
  if (trouble) {
    secured.destroy();
    throw new TroubleError(trouble);
  }
  return secured;
}

function certificateTrouble(code: string, socket: TLSSocket, name: string): Trouble {
  const { valid_to: until, valid_from: from, subjectaltname } = socket.getPeerCertificate();
  if (/ALTNAME|HOSTNAME/.test(code)) {
    const presented = (subjectaltname ?? "").split(", ").map((one) => one.replace(/^[^:]+:/, ""));
    return causes.otherName(presented.filter(Boolean), name);
  }
  if (code === "CERT_HAS_EXPIRED") return causes.expired(timeOf(until));
  if (code === "CERT_NOT_YET_VALID") return causes.notYetValid(timeOf(from));
  if (/VERIFY|ISSUER|SELF_SIGNED/.test(code)) return causes.notTrusted;
  return causes.invalid(code);
}

export const timeOf = (printed: string) => `${new Date(printed).toISOString().slice(0, 19)}Z`;

function alertTrouble(code: string): Trouble | undefined {
  if (/ALERT_CERTIFICATE_REQUIRED|ALERT_NO_CERTIFICATE/.test(code)) return causes.certificateRequired;
  if (/NO_APPLICATION_PROTOCOL/.test(code)) return causes.noGrpcInTls;
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/.test(code)) return causes.noTls;
  if (/KEY_VALUES_MISMATCH/.test(code)) return causes.keyMismatch;
  const alert = /ALERT_(\w+)/.exec(code)?.[1];
  return alert === undefined ? undefined : causes.handshakeRefused(alert.toLowerCase().replaceAll("_", " "));
}

/** Whether what answers there does so in TLS. Nothing is sent over it: whose certificate it is does not matter. */
async function speaksTls(host: string, port: number | undefined): Promise<boolean> {
  if (port === undefined) return false;
  const socket = connectTls({ host, port, rejectUnauthorized: false, ALPNProtocols: ["h2"] });
  socket.on("error", () => {});
  const timer = setTimeout(() => socket.destroy(), deadlineMs / 2);
  try {
    await happens(socket, "secureConnect");
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

interface Emitter {
  once(event: string, listener: (value: unknown) => void): unknown;
}

/** Rejects at an error, or at the end before. */
function happens(emitter: Emitter, event: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    emitter.once(event, resolve);
    emitter.once("error", reject);
    emitter.once("close", () => reject(new Error("it closed the connection")));
  });
}
