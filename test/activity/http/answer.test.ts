import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createServer } from "node:net";
import { join } from "node:path";
import { runActivity } from "../../../src/activity/run.ts";
import type { HttpRequest } from "../../../src/dsl/request.ts";
import { contextWith, errorType, faultOf, httpRequest } from "../context.ts";
import { startEchoServer } from "./echo-server.ts";

let server: ReturnType<typeof startEchoServer>;
beforeAll(() => {
  server = startEchoServer();
});
afterAll(() => server.stop());

const call = (path: string, overrides: Partial<HttpRequest> = {}) =>
  runActivity(httpRequest(server.origin + path, overrides), contextWith());
const typed = (type: string, body: string, overrides: Partial<HttpRequest> = {}) =>
  call(`/as?type=${encodeURIComponent(type)}`, { method: "post", body, ...overrides });

describe("the output", () => {
  test.each([
    ["application/json", '{"a":[1,null]}', { a: [1, null] }],
    ["application/problem+json; charset=utf-8", "[]", []],
    ["text/plain", '{"a":1}', '{"a":1}'],
    ["application/xml", "<a/>", "<a/>"],
    ["image/svg+xml", "<svg/>", "<svg/>"],
    ["application/octet-stream", "hi", "aGk="],
    ["image/png", "hi", "aGk="],
    ["application/json", "", null],
  ])("ruling 24: content of type %s: %s", async (type, body, expected) => {
    expect(await typed(type, body)).toEqual(expected);
  });

  test("content of a text in another charset", async () => {
    const latin1 = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () =>
        new Response(new Uint8Array([0xe4]), {
          headers: { "content-type": 'text/plain; charset="ISO-8859-1"' },
        }),
    });
    expect(await runActivity(httpRequest(latin1.url.href), contextWith())).toBe("ä");
    await latin1.stop(true);
  });

  test("raw is base64, whatever the type", async () => {
    expect(await typed("application/json", '{"a":1}', { output: "raw" })).toBe("eyJhIjoxfQ==");
    expect(await call("/", { output: "raw" })).toBeNull();
  });

  test("response", async () => {
    const answer = await typed("application/json", '{"a":1}', {
      output: "response",
      headers: { "X-One": "1" },
      authentication: { bearer: { token: "hidden" } },
    });
    expect(answer).toMatchObject({
      request: {
        method: "post",
        uri: `${server.origin}/as?type=application%2Fjson`,
        headers: { "x-one": "1", "idempotency-key": "execution-1/activity-1" },
      },
      statusCode: 200,
      headers: { "content-type": "application/json" },
      content: { a: 1 },
    });
    expect(JSON.stringify(answer)).not.toContain("hidden");
  });

  test("a header that stands twice is joined", async () => {
    expect(await call("/cookies", { output: "response" })).toMatchObject({
      headers: { "set-cookie": "a=1, b=2" },
    });
  });

  test("JSON that is none is a communication error", async () => {
    expect(await faultOf(typed("application/json", "{"))).toMatchObject({
      type: errorType("communication"),
      status: 502,
    });
  });
});

describe("a status that is not a success", () => {
  test("ruling 23: is a communication error with that status, the address and what was answered", async () => {
    expect(await faultOf(call("/status/404?q=1", { method: "delete" }))).toEqual({
      type: errorType("communication"),
      status: 404,
      title: "Not Found",
      detail: `DELETE ${server.origin}/status/404?q=1 answered 404 Not Found: {"told":"why"}`,
    });
  });

  test("redirect false: a 3xx is an error", async () => {
    const error = await faultOf(call("/redirect/302?to=/echo"));
    expect(error).toMatchObject({ type: errorType("communication"), status: 302 });
  });

  test("ruling 22: with redirect, `response` shows the 3xx", async () => {
    expect(await call("/redirect/301?to=/echo", { redirect: true, output: "response" })).toMatchObject({
      statusCode: 301,
      headers: { location: "/echo" },
    });
  });

  test("ruling 22: with redirect, `content` of a GET is that of the place it points to", async () => {
    const first = `/redirect/302?to=${encodeURIComponent("/redirect/307?to=/echo")}`;
    expect(await call(first, { redirect: true })).toMatchObject({ method: "GET" });
    expect(await call("/redirect/302?to=/echo", { redirect: true, method: "post", body: 1 })).toBe("moved");
    expect(await faultOf(call("/redirect/302?to=/status/500", { redirect: true }))).toMatchObject({
      status: 500,
    });
    expect(await call("/loop", { redirect: true })).toBe("round");
  });

  test("credentials do not follow to another origin", async () => {
    const other = startEchoServer();
    const to = `/redirect/302?to=${encodeURIComponent(`${other.origin}/echo`)}`;
    const seen = await call(to, { redirect: true, authentication: { bearer: { token: "t" } } });
    expect(Object.keys((seen as { headers: object }).headers)).not.toContain("authorization");
    const same = await call("/redirect/302?to=/echo", {
      redirect: true,
      authentication: { bearer: { token: "t" } },
    });
    expect(same).toMatchObject({ headers: { authorization: "Bearer t" } });
    await other.stop();
  });
});

describe("bounds and ends", () => {
  test("an answer larger than the bound, also when it is compressed", async () => {
    for (const path of ["/endless", "/gzip/3000000"]) {
      const error = await faultOf(call(path));
      expect(error).toMatchObject({ type: errorType("communication"), status: 502 });
      expect(error.detail).toContain("larger than 1000000 bytes");
    }
    expect(await call("/gzip/5")).toBe("aaaaa");
  });

  test("ruling 23: nobody there is a communication error with status 503", async () => {
    const gone = startEchoServer();
    await gone.stop();
    expect(await faultOf(runActivity(httpRequest(`${gone.origin}/x`), contextWith()))).toEqual({
      type: errorType("communication"),
      status: 503,
      title: "Service Unavailable",
      detail: `GET ${gone.origin}/x: the connection was refused`,
    });
  });

  test("a connection that breaks in the middle is a communication error", async () => {
    const broken = createServer((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"));
    });
    await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve));
    const { port } = broken.address() as { port: number };
    const error = await faultOf(runActivity(httpRequest(`http://127.0.0.1:${port}/`), contextWith()));
    expect(error.type).toBe(errorType("communication"));
    broken.close();
  });

  test("abort ends a call that gets no answer", async () => {
    const controller = new AbortController();
    const silent = createServer((socket) => {
      socket.once("data", () => controller.abort());
    });
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as { port: number };
    const context = contextWith({ signal: controller.signal });
    expect(await faultOf(runActivity(httpRequest(`http://127.0.0.1:${port}/`), context))).toMatchObject({
      type: errorType("runtime"),
      detail: "The task was cut off before it ended",
    });
    silent.close();
  });

  test("no proxy is taken from the environment", async () => {
    const script = join(import.meta.dir, "call.ts");
    const proxied = Bun.spawn([process.execPath, script, `${server.origin}/as`], {
      env: { PATH: process.env["PATH"], http_proxy: "http://127.0.0.1:9", HTTP_PROXY: "http://127.0.0.1:9" },
    });
    expect(await proxied.stdout.text()).toBe("null\n");
    expect(await proxied.exited).toBe(0);
  });
});
