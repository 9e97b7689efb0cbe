import { resolve } from "node:path";
import type { Json } from "../../src/expression/json.ts";
import { type ExecutionJson, type Pawl, runDefinition } from "../conformance/pawl.ts";
import { root } from "../conformance/spec.ts";

export const examplePath = (name: string) => resolve(root, "examples", name);

/** Runs an example with its pauses between attempts in milliseconds instead of seconds, and nothing else changed. */
export async function runExample(pawl: Pawl, name: string, input: Json): Promise<ExecutionJson> {
  const text = await Bun.file(examplePath(name)).text();
  const hurried = text
    .replace(/((?:delay|wait):\s*\{?\s*)seconds: /g, "$1milliseconds: ")
    .replace("milliseconds: 500", "milliseconds: 5");
  return await runDefinition(pawl, hurried, input);
}

export type Answer = (request: Request, body: string) => Response | Promise<Response>;

/** A loopback service that notes every request as `METHOD /path?query body` before it answers. */
export function startService(answer: Answer) {
  const requests: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const url = new URL(request.url);
      const body = await request.text();
      requests.push(`${request.method} ${url.pathname}${url.search} ${body}`.trim());
      return await answer(request, body);
    },
  });
  return { origin: server.url.origin, requests, stop: () => server.stop(true) };
}
