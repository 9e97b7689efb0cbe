import type { Trouble } from "./trouble.ts";

type Reading = readonly [pattern: RegExp, kind: Trouble["kind"], say: (...found: string[]) => string];

const at = (seconds: string | undefined) => new Date(Number(seconds) * 1_000).toISOString().slice(0, 19);
const names = (list: string | undefined) =>
  [...(list ?? "").matchAll(/(?:DnsName|IpAddress)\(\\*"?([^"\\)]+)/g)].map(([, name]) => `"${name}"`);

/** What the SDK's transport prints of an error, and what it means: the first that fits. */
const readings: readonly Reading[] = [
  [
    /ExpiredContext \{.*?not_after: UnixTime\((\d+)\)/,
    "rejected",
    (until) => `its certificate expired on ${at(until)}Z`,
  ],
  [
    /NotValidYetContext \{.*?not_before: UnixTime\((\d+)\)/,
    "rejected",
    (from) => `its certificate is valid from ${at(from)}Z on; look at the clocks`,
  ],
  [
    /NotValidForNameContext \{ expected: (.*?), presented: \[(.*?)\] \}/s,
    "rejected",
    (expected, presented) =>
      `its certificate is for ${names(presented).join(", ") || "no name"}, not for ${expectedName(expected)}; ` +
      '"temporal-tls-server-name" says by which name to know it',
  ],
  [
    /UnknownIssuer|BadSignature/,
    "rejected",
    () =>
      'its certificate was made by an authority that is not trusted here; "temporal-tls-ca-file" names the right one',
  ],
  [/InvalidCertificate\((.*?)\)/, "rejected", (reason) => `its certificate is not valid: ${reason}`],
  [
    /CertificateRequired/,
    "rejected",
    () => 'it requires a client certificate: "temporal-tls-cert-file" and "temporal-tls-key-file"',
  ],
  [/NoApplicationProtocol/, "rejected", () => "what answers there does not speak gRPC (HTTP/2) over TLS"],
  [
    /received fatal alert: (\w+)|AlertReceived\((\w+)\)/,
    "rejected",
    (one, other) =>
      `it ended the TLS handshake (${one ?? other}); it may not accept the client's certificate`,
  ],
  [/InvalidContentType|InvalidMessage/, "rejected", () => "it does not speak TLS at this port"],
  [/PrivateKeyParseError/, "rejected", () => "the client's key cannot be read"],
  [/KeyMismatch/, "rejected", () => "the client's key does not belong to its certificate"],
  [
    /without sending TLS close_notify/,
    "down",
    () => "it broke the TLS connection; if it goes on, it may not accept the client's certificate",
  ],
  [
    /dns error.*?error: "(?:failed to lookup address information: )?([^"]+)"/s,
    "down",
    (reason) => `its name cannot be resolved (${reason})`,
  ],
  [/GoAway\(b"", FRAME_SIZE_ERROR/, "down", () => "what answers there does not speak gRPC"],
];

/** Undefined: nothing that is known. */
export function transportTrouble(printed: string): Trouble | undefined {
  for (const [pattern, kind, say] of readings) {
    const found = pattern.exec(printed);
    if (found) return { kind, message: say(...found.slice(1)) };
  }
  return undefined;
}

/** `DnsName("temporal.test")`, or `IpAddress(V4(Ipv4Addr([127, 0, 0, 1])))`. */
function expectedName(printed: string | undefined): string {
  const bytes = /V4\(.*?\[([\d, ]+)\]/.exec(printed ?? "")?.[1];
  if (bytes !== undefined) return `"${bytes.split(", ").join(".")}"`;
  return names(printed)[0] ?? "this address";
}
