import { causes } from "./causes.ts";
import type { Trouble } from "./trouble.ts";

type Reading = readonly [pattern: RegExp, meaning: (...found: string[]) => Trouble];

const at = (seconds: string | undefined) =>
  `${new Date(Number(seconds) * 1_000).toISOString().slice(0, 19)}Z`;
const names = (list: string | undefined) =>
  [...(list ?? "").matchAll(/(?:DnsName|IpAddress)\(\\*"?([^"\\)]+)/g)].map(([, name]) => name as string);

/** What the SDK's transport prints of an error, and what it means: the first that fits. */
const readings: readonly Reading[] = [
  [/ExpiredContext \{.*?not_after: UnixTime\((\d+)\)/, (until) => causes.expired(at(until))],
  [/InvalidCertificate\(Expired/, () => causes.expired(undefined)],
  [/NotValidYetContext \{.*?not_before: UnixTime\((\d+)\)/, (from) => causes.notYetValid(at(from))],
  [
    /NotValidForNameContext \{ expected: (.*?), presented: \[(.*?)\] \}/s,
    (expected, presented) => causes.otherName(names(presented), expectedName(expected)),
  ],
  [/UnknownIssuer|BadSignature/, () => causes.notTrusted],
  [/InvalidCertificate\((.*?)\)/, (reason) => causes.invalid(reason ?? "")],
  [/CertificateRequired/, () => causes.certificateRequired],
  [/NoApplicationProtocol/, () => causes.noGrpcInTls],
  [
    /received fatal alert: (\w+)|AlertReceived\((\w+)\)/,
    (one, other) => causes.handshakeRefused(one ?? other ?? ""),
  ],
  [/InvalidContentType|InvalidMessage/, () => causes.noTls],
  [/PrivateKeyParseError/, () => causes.keyUnreadable],
  [/KeyMismatch/, () => causes.keyMismatch],
  [
    /dns error.*?error: "(?:failed to lookup address information: )?([^"]+)"/s,
    (reason) => causes.unresolvable(reason ?? ""),
  ],
];

/** Undefined: nothing that is known. */
export function transportTrouble(printed: string): Trouble | undefined {
  for (const [pattern, meaning] of readings) {
    const found = pattern.exec(printed);
    if (found) return meaning(...found.slice(1));
  }
  return undefined;
}

/** `DnsName("temporal.test")`, or `IpAddress(V4(Ipv4Addr([127, 0, 0, 1])))`. */
function expectedName(printed = ""): string {
  const bytes = /V4\(.*?\[([\d, ]+)\]/.exec(printed)?.[1];
  return bytes === undefined ? (names(printed)[0] ?? "this address") : bytes.split(", ").join(".");
}
