import type { IncomingMessage, ServerResponse } from "node:http";
import type { DescMethodUnary } from "@bufbuild/protobuf";
import type { ContextValues, HandlerContext } from "@connectrpc/connect";
import { mergeNonProtocolHeaders } from "@connectrpc/connect/protocol";
import { callValues } from "./place.ts";

/** What a service may know of its call; most ask for nothing of it, so it is made when it is asked for. */
export class DirectCall implements HandlerContext {
  readonly method: DescMethodUnary;
  readonly requestMethod = "POST";
  readonly protocolName = "connect";
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #requestHeader: Headers | undefined;
  #responseHeader: Headers | undefined;
  #responseTrailer: Headers | undefined;
  #values: ContextValues | undefined;
  #controller: AbortController | undefined;

  constructor(method: DescMethodUnary, request: IncomingMessage, response: ServerResponse) {
    this.method = method;
    this.#request = request;
    this.#response = response;
  }

  get service() {
    return this.method.parent;
  }

  readonly timeoutMs = () => undefined;

  get url(): string {
    return new URL(this.#request.url ?? "", `http://${this.#request.headers.host}`).toString();
  }

  get requestHeader(): Headers {
    this.#requestHeader ??= new Headers(
      Object.entries(this.#request.headers).flatMap(([name, values = []]) =>
        [values].flat().map((value): [string, string] => [name, value]),
      ),
    );
    return this.#requestHeader;
  }

  get responseHeader(): Headers {
    this.#responseHeader ??= new Headers();
    return this.#responseHeader;
  }

  get responseTrailer(): Headers {
    this.#responseTrailer ??= new Headers();
    return this.#responseTrailer;
  }

  get values(): ContextValues {
    this.#values ??= callValues(this.#request);
    return this.#values;
  }

  /** Aborted once the caller has left, or has its answer. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      const controller = new AbortController();
      this.#controller = controller;
      if (this.#response.destroyed) controller.abort();
      else this.#response.once("close", () => controller.abort());
    }
    return this.#controller.signal;
  }

  /** What the service has put into its answer's headers and trailers, and what an error brings. */
  headers(metadata?: Headers): Record<string, string> {
    if (!this.#responseHeader && !this.#responseTrailer && !metadata) return {};
    const all = new Headers(this.#responseHeader);
    if (metadata) mergeNonProtocolHeaders(all, metadata);
    for (const [name, value] of this.#responseTrailer ?? []) all.append(`trailer-${name}`, value);
    return Object.fromEntries(all);
  }
}
