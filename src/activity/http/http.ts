import type { HttpRequest } from "../../dsl/request.ts";
import type { Json } from "../../expression/json.ts";
import type { ActivityContext } from "../activity.ts";
import { decodeContent } from "./content.ts";
import { exchange, type HttpAnswer } from "./exchange.ts";
import { prepareRequest } from "./prepare.ts";

/**
 * `call: http` (dsl-reference.md "HTTP Call"). Faults with a communication error that carries the answer's own status
 * when it is not 2xx (with `redirect`: not 2xx or 3xx), 503 when nobody could be reached, 504 when the peer fell silent.
 *
 * With `redirect`, `output: response` shows the redirect itself; `content` and `raw` of a GET or HEAD are those of
 * the place it points to.
 */
export async function runHttp(request: HttpRequest, context: ActivityContext): Promise<Json> {
  const prepared = prepareRequest(request, context);
  const answer = await exchange(prepared, {
    follow: request.redirect && request.output !== "response",
    acceptRedirect: request.redirect,
    signal: context.signal,
    maxBytes: context.policy.maxBytes,
  });
  switch (request.output) {
    case "raw":
      return answer.body.length === 0 ? null : answer.body.toBase64();
    case "content":
      return decodeContent(answer, prepared);
    case "response":
      return {
        request: { method: request.method, uri: prepared.url.href, headers: { ...prepared.shownHeaders } },
        statusCode: answer.status,
        headers: headerMap(answer),
        content: decodeContent(answer, prepared),
      };
  }
}

function headerMap(answer: HttpAnswer): Record<string, string> {
  const map: Record<string, string> = {};
  for (const [name, value] of answer.headers) {
    const earlier = Object.hasOwn(map, name) ? map[name] : undefined;
    map[name] = earlier === undefined ? value : `${earlier}, ${value}`;
  }
  return map;
}
