import { standardError, WorkflowFault } from "../../dsl/error.ts";
import type { PreparedRequest } from "./prepare.ts";

const excerptLength = 500;

/** The answer's status is not a success. */
export function rejected(request: PreparedRequest, response: Response, body: Uint8Array): WorkflowFault {
  const title = response.statusText === "" ? undefined : response.statusText;
  const text = new TextDecoder().decode(body).trim().slice(0, excerptLength);
  const answered = `${described(request)} answered ${response.status}${title ? ` ${title}` : ""}`;
  return communication(text === "" ? answered : `${answered}: ${text}`, {
    status: response.status,
    ...(title === undefined ? {} : { title }),
  });
}

/** Nothing, or only a part, came back. A fault passes through. */
export function unreachable(request: PreparedRequest, error: unknown): WorkflowFault {
  if (error instanceof WorkflowFault) return error;
  const code = codeOf(error);
  const known = networkErrors[code];
  const reason = known?.reason ?? (code === "" ? "the exchange failed" : `the exchange failed (${code})`);
  const { status, title } = known?.late ? timedOut : known ? unavailable : broken;
  return communication(`${described(request)}: ${reason}`, { status, title });
}

export function oversized(request: PreparedRequest, maxBytes: number): WorkflowFault {
  return communication(`${described(request)}: the answer is larger than ${maxBytes} bytes`, broken);
}

/** The answer's body is not what its content type says. */
export function malformed(request: PreparedRequest, what: string): WorkflowFault {
  return communication(`${described(request)}: the answer is not valid ${what}`, broken);
}

function described(request: PreparedRequest): string {
  return `${request.method} ${request.url.href}`;
}

function communication(detail: string, overrides: { status?: number; title?: string }): WorkflowFault {
  return new WorkflowFault(standardError("communication", detail, overrides));
}

/** Nobody was reached. */
export const unavailable = { status: 503, title: "Service Unavailable" };
const timedOut = { status: 504, title: "Gateway Timeout" };
const broken = { status: 502, title: "Bad Gateway" };

const networkErrors: Readonly<Record<string, { reason: string; late?: true }>> = {
  ECONNREFUSED: { reason: "the connection was refused" },
  ConnectionRefused: { reason: "the connection was refused" },
  ECONNRESET: { reason: "the connection was closed before the answer was complete" },
  ConnectionClosed: { reason: "the connection was closed before the answer was complete" },
  EPIPE: { reason: "the connection was closed before the request was sent" },
  ENOTFOUND: { reason: "the host name is unknown" },
  EAI_AGAIN: { reason: "the host name could not be resolved" },
  EHOSTUNREACH: { reason: "there is no route to the host" },
  ENETUNREACH: { reason: "there is no route to the network" },
  ETIMEDOUT: { reason: "the peer did not answer in time", late: true },
};

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}
