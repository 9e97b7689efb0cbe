/** A loopback server that tells what it was sent, and misbehaves on demand. */
export function startEchoServer() {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", idleTimeout: 0, fetch: answer });
  return { origin: server.url.origin, stop: () => server.stop(true) };
}

async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const [, route = "", argument = ""] = url.pathname.split("/");
  switch (route) {
    case "echo":
      return Response.json({
        method: request.method,
        search: url.search,
        query: [...url.searchParams],
        headers: Object.fromEntries(request.headers),
        body: await request.text(),
      });
    case "status":
      return Response.json({ told: "why" }, { status: Number(argument) });
    case "as":
      return new Response(await request.bytes(), {
        headers: url.searchParams.has("type") ? { "content-type": url.searchParams.get("type") ?? "" } : {},
      });
    case "redirect":
      return new Response("moved", {
        status: Number(argument),
        headers: { location: url.searchParams.get("to") ?? "" },
      });
    case "loop":
      return new Response("round", { status: 302, headers: { location: "/loop" } });
    case "cookies":
      return new Response("x", {
        headers: [
          ["set-cookie", "a=1"],
          ["set-cookie", "b=2"],
        ],
      });
    case "endless":
      return new Response(endless(), { headers: { "content-type": "text/plain" } });
    case "gzip":
      return new Response(Bun.gzipSync("a".repeat(Number(argument))), {
        headers: { "content-encoding": "gzip", "content-type": "text/plain" },
      });
    default:
      return new Response(null, { status: 204 });
  }
}

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65536)) });
}
