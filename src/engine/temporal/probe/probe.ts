import { X509Certificate } from "node:crypto";
import { lookup } from "node:dns/promises";
import type { ClientHttp2Session } from "node:http2";
import { connect, isIP, type Socket } from "node:net";
import type { PeerCertificate } from "node:tls";
import { causes } from "../link/causes.ts";
import { type Credentials, readCredentials } from "../link/credentials.ts";
import { deniedTrouble, type Trouble, TroubleError, troubleOf } from "../link/trouble.ts";
import type { TemporalAddress } from "../options.ts";
import { callNamespace, type GrpcAnswer } from "./grpc.ts";
import { hostOf, shakeHands, timeOf } from "./handshake.ts";

export const stepNames = ["dns", "tcp", "tls", "namespace", "permission"] as const;

/** What one step on the way to Temporal came to. */
export interface ProbeStep {
  readonly name: (typeof stepNames)[number];
  /** Without the steps before it, none is tried. */
  readonly outcome: "ok" | "warning" | "error" | "skipped";
  readonly message: string;
  readonly fix?: string;
  readonly ms: number;
}

type Found = Pick<ProbeStep, "message" | "fix"> & { readonly outcome?: "warning" };

/** For each step. */
const deadlineMs = 3_000;
const soonMs = 14 * 24 * 3_600_000;

/**
 * Goes to Temporal step by step, without the SDK: its name, the connection, TLS, the namespace, and whether executions may
 * be started and worked on there. Nothing is changed. Stops at the first step that fails; takes three seconds for each at
 * most.
 */
export async function probe(address: TemporalAddress): Promise<ProbeStep[]> {
  const sockets: Socket[] = [];
  const walk = new Walk(address, (socket) => sockets.push(socket));
  const steps: ProbeStep[] = [];
  try {
    for (const name of stepNames) {
      const failed = steps.find(({ outcome }) => outcome === "error" || outcome === "skipped");
      if (failed) steps.push(untried(name, address));
      else steps.push(await timed(name, () => walk[name]()));
    }
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  return steps;
}

/** Files that are wrong show without a connection, too. */
function untried(name: ProbeStep["name"], address: TemporalAddress): ProbeStep {
  try {
    if (name === "tls") readCredentials(address);
    return { name, outcome: "skipped", message: "not tried", ms: 0 };
  } catch (error) {
    return { name, outcome: "error", ...foundIn(error), ms: 0 };
  }
}

function foundIn(error: unknown): Pick<ProbeStep, "message" | "fix"> {
  const { message, fix } = troubleOf(error);
  return { message, ...(fix !== undefined && { fix }) };
}

async function timed(name: ProbeStep["name"], step: () => Promise<Found>): Promise<ProbeStep> {
  const before = performance.now();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const message = `no answer within ${deadlineMs / 1000} s`;
  const trouble: Trouble = {
    kind: "down",
    message,
    fix: name === "dns" ? "look at the name servers" : "look at firewalls, and at how Temporal is doing",
  };
  const timer = setTimeout(() => reject(new TroubleError(trouble)), deadlineMs);
  const ms = () => Math.round(performance.now() - before);
  try {
    const found = await Promise.race([step(), late]);
    return { name, outcome: "ok", ...found, ms: ms() };
  } catch (error) {
    return { name, outcome: "error", ...foundIn(error), ms: ms() };
  } finally {
    clearTimeout(timer);
  }
}

class Walk {
  readonly #address: TemporalAddress;
  readonly #opened: (socket: Socket) => void;
  readonly #host: string;
  readonly #port: number;
  #ips: readonly string[] = [];
  #socket: Socket | undefined;
  #session: ClientHttp2Session | undefined;
  #credentials: Credentials = {};

  constructor(address: TemporalAddress, opened: (socket: Socket) => void) {
    this.#address = address;
    this.#opened = opened;
    ({ host: this.#host, port: this.#port } = hostOf(address.address));
  }

  async dns(): Promise<Found> {
    this.#ips = [this.#host];
    if (isIP(this.#host) !== 0) return { message: `${this.#host} needs no resolution` };
    try {
      this.#ips = (await lookup(this.#host, { all: true })).map(({ address }) => address);
    } catch (error) {
      const { code = "", message } = error as NodeJS.ErrnoException;
      throw new TroubleError(causes.unresolvable(code === "ENOTFOUND" ? "nobody knows it" : message), error);
    }
    return { message: `${this.#host} is ${this.#ips.join(", ")}` };
  }

  async tcp(): Promise<Found> {
    const refused: string[] = [];
    for (const ip of this.#ips) {
      try {
        this.#socket = await this.#connect(ip);
        return { message: `connected to ${isIP(ip) === 6 ? `[${ip}]` : ip}:${this.#port}` };
      } catch (error) {
        refused.push(`${ip}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
      }
    }
    const fix = "start Temporal there, or look at temporal-address and at firewalls";
    throw new TroubleError({ kind: "down", message: `cannot connect (${refused.join(", ")})`, fix });
  }

  async tls(): Promise<Found> {
    this.#credentials = readCredentials(this.#address);
    const { tls, apiKey } = this.#credentials;
    const { session, certificate } = await shakeHands(this.#socket!, this.#host, tls);
    this.#session = session;
    if (certificate) return judgeCertificates(certificate, tls);
    if (apiKey === undefined || /^(127\.|localhost$|::1$)/.test(this.#host)) return { message: "off" };
    const message = "off: the API key can be read on the way";
    return { outcome: "warning", message, fix: "temporal-tls: true" };
  }

  async namespace(): Promise<Found> {
    const { namespace } = this.#address;
    const { code, words } = await this.#call("DescribeNamespace");
    if (code === 0) return { message: `"${namespace}" is there` };
    const command = `temporal operator namespace create --namespace ${namespace}`;
    const trouble = refusal(code, words);
    throw new TroubleError(
      code === 5 ? { ...trouble, fix: `${command}; or another temporal-namespace` } : trouble,
    );
  }

  /** These requests lack what they need, so that nothing comes of them; who is not permitted is told so before that. */
  async permission(): Promise<Found> {
    const wanted = [
      ["StartWorkflowExecution", "start executions"],
      ["PollWorkflowTaskQueue", "work on executions"],
      ["PollActivityTaskQueue", "run activities"],
    ] as const;
    for (const [method, what] of wanted) {
      const { code, words } = await this.#call(method);
      if (code !== 7 && code !== 16 && code !== 14) continue;
      const { message, fix } = refusal(code, words);
      throw new TroubleError({ kind: "rejected", message: `to ${what}: ${message}`, ...(fix && { fix }) });
    }
    return { message: "may start executions, and work on them" };
  }

  #call(method: string): Promise<GrpcAnswer> {
    return callNamespace(this.#session!, method, this.#address.namespace, this.#credentials);
  }

  #connect(ip: string): Promise<Socket> {
    const socket = connect({ host: ip, port: this.#port });
    this.#opened(socket);
    return new Promise((resolve, reject) => {
      socket.once("connect", () => resolve(socket));
      socket.on("error", reject);
    });
  }
}

const refusal = (code: number, words: string): Trouble =>
  deniedTrouble(code, words) ?? { kind: "down", message: `it answers with an error (${code}: ${words})` };

/** They were accepted; but for how long? */
function judgeCertificates(server: PeerCertificate, tls: Credentials["tls"]): Found {
  const own = tls?.clientCertPair && new X509Certificate(tls.clientCertPair.crt);
  const both = [["the server's", server.valid_to], ...(own ? [["ours", own.validTo]] : [])] as const;
  const told = both.map(([whose, until]) => `${whose} is valid until ${timeOf(until!)}`).join(", ");
  const message = `on, certificate ${told}`;
  const soon = both.find(([, until]) => Date.parse(until!) - Date.now() < soonMs);
  if (!soon) return { message };
  return {
    outcome: "warning",
    message,
    fix: `renew ${soon[0] === "ours" ? "our" : "the server's"} certificate`,
  };
}
