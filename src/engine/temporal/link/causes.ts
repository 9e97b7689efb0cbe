import type { Trouble } from "./trouble.ts";

/** Why there is no connection, in words, and what to do about it: the same for a server and for `pawl doctor`. */
export const causes = {
  notTrusted: rejected(
    "its certificate was made by an authority that is not trusted here",
    "temporal-tls-ca-file names the authority",
  ),
  expired: (until: string | undefined) =>
    rejected(`its certificate expired${until ? ` on ${until}` : ""}`, "renew the certificate of the server"),
  notYetValid: (from: string | undefined) =>
    rejected(`its certificate is not valid yet${from ? `, but from ${from} on` : ""}`, "compare the clocks"),
  otherName: (presented: readonly string[], expected: string) =>
    rejected(
      `its certificate is for ${presented.map((name) => `"${name}"`).join(", ") || "no name"}, not for "${expected}"`,
      "temporal-tls-server-name says by which name to know it",
    ),
  invalid: (reason: string) => rejected(`its certificate is not valid: ${reason}`),
  certificateRequired: rejected(
    "it requires a certificate of the client",
    "temporal-tls-cert-file and temporal-tls-key-file name it and its key",
  ),
  handshakeRefused: (alert: string) =>
    rejected(
      `it ended the TLS handshake: ${alert}`,
      "look at the client's certificate, and at who may make such",
    ),
  brokeOff: (withCertificate: boolean): Trouble => ({
    kind: "down",
    message:
      "it broke the connection off after the TLS handshake: what is behind it is away" +
      (withCertificate ? ", or the client's certificate is not accepted" : ""),
    fix: `look at the server${withCertificate ? ", and at whose certificates it accepts" : " behind it"}`,
  }),
  noTls: rejected("it does not speak TLS at this port", "temporal-tls: false, or another port"),
  tlsWanted: rejected("it speaks TLS at this port", "temporal-tls: true"),
  noGrpcInTls: rejected("what answers there does not speak gRPC (HTTP/2) over TLS", "look at the address"),
  noGrpc: { kind: "down", message: "what answers there does not speak gRPC", fix: "look at the address" },
  keyUnreadable: rejected("the client's key cannot be read", "temporal-tls-key-file names a key in PEM"),
  keyMismatch: rejected(
    "the client's key does not belong to its certificate",
    "temporal-tls-cert-file and temporal-tls-key-file name two of a kind",
  ),
  unresolvable: (reason: string): Trouble => ({
    kind: "down",
    message: `its name cannot be resolved (${reason})`,
    fix: "look at temporal-address, and at the name servers",
  }),
} as const;

function rejected(message: string, fix?: string): Trouble {
  return { kind: "rejected", message, ...(fix !== undefined && { fix }) };
}
