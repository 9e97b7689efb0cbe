import { transportTrouble } from "./transport-trouble.ts";

/** Why Temporal cannot be used. `down`: it is not there, or not answering. `rejected`: it is there, and does not want us. */
export interface Trouble {
  readonly kind: "down" | "rejected";
  readonly message: string;
  /** What to do about it. */
  readonly fix?: string;
}

const denied: Readonly<Record<number, Pick<Trouble, "message" | "fix">>> = {
  5: {
    message: "it does not have the namespace",
    fix: "create it, or name another: temporal-namespace",
  },
  7: { message: "it denies permission", fix: "ask for access to the namespace" },
  16: { message: "it does not accept the credentials", fix: "replace the API key: temporal-api-key-file" },
};

/** An error that says in words what it is. */
export class TroubleError extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble, cause?: unknown) {
    super(trouble.message, { cause });
    this.trouble = trouble;
  }
}

/** What an error of a connection attempt, or of a health check, says. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof TroubleError) return error.trouble;
  const message = messagesOf(error).join(": ");
  const code = grpcCode(error) ?? 0;
  const refused = deniedTrouble(code, message);
  if (refused) return refused;
  // Words of an answer are not to be taken for words of the transport.
  return (code === 0 || code === 14 ? fromTransport(error) : undefined) ?? { kind: "down", message };
}

const printed = (error: unknown) =>
  chainOf(error)
    .map(({ message = "" }) => message)
    .join("\n");
const fromTransport = (error: unknown) => transportTrouble(printed(error));

/** What a status of gRPC says of how we stand with Temporal; undefined: nothing. */
export function deniedTrouble(code: number, words: string): Trouble | undefined {
  const found = denied[code];
  return found && { kind: "rejected", ...found, message: `${found.message} (${words})` };
}

/** In one line. */
export const wordsOf = ({ message, fix }: Trouble) => (fix === undefined ? message : `${message}; ${fix}`);

/** The status of a gRPC call, wherever the SDK put it. */
export function grpcCode(error: unknown): number | undefined {
  for (const { code } of chainOf(error)) if (typeof code === "number") return code;
  const words = /\bcode: '([^']+)'/.exec(printed(error))?.[1];
  return words === undefined ? undefined : spelledOut[words];
}

/** The first call of a connection is the transport's own, which spells its status out. */
const spelledOut: Readonly<Record<string, number>> = {
  "Some requested entity was not found": 5,
  "The caller does not have permission to execute the specified operation": 7,
  "The service is currently unavailable": 14,
  "The request does not have valid authentication credentials": 16,
};

/** What a gRPC call's answer says, without the SDK's wrapping. */
export function grpcMessage(error: unknown): string {
  return messagesOf(error).at(-1) ?? "no reason is told";
}

/** Whether an attempt to connect failed without a word that means anything. */
export function isUnclear(error: unknown): boolean {
  return grpcCode(error) === undefined && !/tcp connect error/.test(printed(error)) && !fromTransport(error);
}

/** Whether a call did not reach Temporal, or no answer came: unavailable, deadline exceeded, cancelled. */
export function isOutage(error: unknown): boolean {
  const code = grpcCode(error);
  return code === 14 || code === 4 || code === 1 || (error as Error)?.name === "TransportError";
}

/** Whether a call's error says something of the connection, which is worth a look at it. */
export function isSuspect(error: unknown): boolean {
  return isOutage(error) || grpcCode(error) === 16;
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
