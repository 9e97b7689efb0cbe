import type { JsonObject } from "../../../src/expression/json.ts";

/** Serves documents by path, and echoes any other request. Counts how often each document was fetched. */
export function startApiServer(documents: Readonly<Record<string, JsonObject | string>>) {
  const fetched = new Map<string, number>();
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const url = new URL(request.url);
      const document = documents[url.pathname];
      if (document !== undefined) {
        fetched.set(url.pathname, (fetched.get(url.pathname) ?? 0) + 1);
        return typeof document === "string" ? new Response(document) : Response.json(document);
      }
      return Response.json({
        target: `${request.method} ${url.pathname}${url.search}`,
        headers: Object.fromEntries(request.headers),
        body: await request.text(),
      });
    },
  });
  return { origin: server.url.origin, fetched, stop: () => server.stop(true) };
}
