import { cutOff } from "../cut-off.ts";
import { readBounded } from "./body.ts";
import { oversized, rejected, unreachable } from "./fault.ts";
import type { PreparedRequest } from "./prepare.ts";

export interface ExchangeOptions {
  /** Follow the Location of a 3xx answer to a GET or HEAD. */
  readonly follow: boolean;
  /** Whether a 3xx answer is a success. */
  readonly acceptRedirect: boolean;
  readonly signal: AbortSignal;
  readonly maxBytes: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; a repeated header stands once per value. */
  readonly headers: readonly (readonly [string, string])[];
  readonly contentType: string;
  readonly body: Uint8Array;
}

const maxRedirects = 10;
const excerptBytes = 2048;

/** Sends a request and reads the whole answer. Faults unless the answer is a success. */
export async function exchange(request: PreparedRequest, options: ExchangeOptions): Promise<HttpAnswer> {
  let current = request;
  for (let hop = 0; ; hop++) {
    const response = await send(current, options.signal);
    const next = options.follow && hop < maxRedirects ? redirected(current, response) : undefined;
    if (next === undefined) return await readAnswer(current, response, options);
    await response.body?.cancel();
    current = next;
  }
}

async function send(request: PreparedRequest, signal: AbortSignal): Promise<Response> {
  // Bun's own names: no proxy from the environment, and no limit of its own (the task's timeout is the limit).
  const withoutDefaults = { proxy: false, timeout: false } as unknown as RequestInit;
  try {
    return await fetch(request.url.href, {
      method: request.method,
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      redirect: "manual",
      signal,
      ...withoutDefaults,
    });
  } catch (error) {
    throw signal.aborted ? cutOff(signal) : unreachable(request, error);
  }
}

function redirected(request: PreparedRequest, response: Response): PreparedRequest | undefined {
  const location = response.headers.get("location");
  const safe = request.method === "GET" || request.method === "HEAD";
  if (response.status < 300 || response.status > 399 || location === null || !safe) return undefined;
  if (!URL.canParse(location, request.url.href)) return undefined;
  const url = new URL(location, request.url);
  if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
  url.username = "";
  url.password = "";
  const headers = new Headers(request.headers);
  if (url.origin !== request.url.origin) {
    for (const name of ["authorization", "cookie", "idempotency-key"]) headers.delete(name);
  }
  return { ...request, url, headers };
}

async function readAnswer(
  request: PreparedRequest,
  response: Response,
  options: ExchangeOptions,
): Promise<HttpAnswer> {
  const highest = options.acceptRedirect ? 399 : 299;
  const success = response.status >= 200 && response.status <= highest;
  try {
    const read = await readBounded(response.body, success ? options.maxBytes : excerptBytes);
    if (!success) throw rejected(request, response, read.bytes);
    if (!read.complete) throw oversized(request, options.maxBytes);
    return {
      status: response.status,
      headers: [...response.headers],
      contentType: response.headers.get("content-type") ?? "",
      body: read.bytes,
    };
  } catch (error) {
    throw options.signal.aborted ? cutOff(options.signal) : unreachable(request, error);
  }
}
