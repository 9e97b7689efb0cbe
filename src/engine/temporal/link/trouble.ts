/** Why Temporal cannot be used. `down`: it is not there, or not answering. `rejected`: it is there, and does not want us. */
export interface Trouble {
  readonly kind: "down" | "rejected";
  readonly message: string;
}

const deniedCodes = new Map([
  [5, "it does not have the namespace"],
  [7, "it denies permission"],
  [16, "it does not accept the credentials"],
]);
const handshake = /certificate|handshake|InvalidContentType|UnknownIssuer|NotValidForName|corrupt message/i;

/** What an error of a connection attempt, or of a health check, says. */
export function troubleOf(error: unknown): Trouble {
  const message = messagesOf(error).join(": ");
  const denied = deniedCodes.get(grpcCode(error) ?? 0);
  if (denied !== undefined) return { kind: "rejected", message: `${denied} (${message})` };
  if (handshake.test(message)) return { kind: "rejected", message: `the TLS handshake failed (${message})` };
  return { kind: "down", message };
}

/** The status of a gRPC call, wherever the SDK put it. */
export function grpcCode(error: unknown): number | undefined {
  for (const { code } of chainOf(error)) if (typeof code === "number") return code;
  return undefined;
}

/** What a gRPC call's answer says, without the SDK's wrapping. */
export function grpcMessage(error: unknown): string {
  return messagesOf(error).at(-1) ?? "no reason is told";
}

/** Whether a call did not reach Temporal, or no answer came: unavailable, deadline exceeded, cancelled. */
export function isOutage(error: unknown): boolean {
  const code = grpcCode(error);
  return code === 14 || code === 4 || code === 1 || (error as Error)?.name === "TransportError";
}

interface Chained {
  readonly code?: unknown;
  readonly message?: string;
  readonly details?: unknown;
  readonly cause?: unknown;
}

function chainOf(error: unknown): Chained[] {
  const chain: Chained[] = [];
  let at = error as Chained | undefined;
  while (typeof at === "object" && at !== null && chain.length < 8) {
    chain.push(at);
    at = at.cause as Chained | undefined;
  }
  return chain;
}

/** Of what Rust prints of an error within errors, the innermost says it in words. */
function messagesOf(error: unknown): string[] {
  return chainOf(error).map(({ message, details }) => {
    const text = String(details || message);
    return /.*message: "([^"]+)"/s.exec(text)?.[1] ?? text;
  });
}
