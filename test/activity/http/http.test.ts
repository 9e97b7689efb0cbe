import { afterAll, beforeAll, describe, expect, test } from "bun:test";
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

describe("the request", () => {
  test("method in any case, headers, and the idempotency key of the activity", async () => {
    const seen = await call("/echo", { method: "pAtCh", headers: { "X-One": "1" }, body: null });
    expect(seen).toMatchObject({
      method: "PATCH",
      headers: { "x-one": "1", "idempotency-key": "execution-1/activity-1" },
    });
  });

  test("an idempotency key of the author's own is kept", async () => {
    const seen = await call("/echo", { headers: { "idempotency-KEY": "mine" } });
    expect(seen).toMatchObject({ headers: { "idempotency-key": "mine" } });
  });

  test("says who calls, unless the author does", async () => {
    const context = contextWith();
    const policy = { ...context.policy, userAgent: "pawl/1.2.3" };
    const send = (headers: Record<string, string>) =>
      runActivity(httpRequest(`${server.origin}/echo`, { headers }), { ...context, policy });
    expect(await send({})).toMatchObject({ headers: { "user-agent": "pawl/1.2.3" } });
    expect(await send({ "user-AGENT": "mine" })).toMatchObject({ headers: { "user-agent": "mine" } });
  });

  test("ruling 26: query parameters are appended to those of the URI", async () => {
    const query = { b: ["x y", 2], c: true, d: null, e: { f: 1 }, a: "&=" };
    expect(await call("/echo?a=1&b=", { query })).toMatchObject({
      query: [
        ["a", "1"],
        ["b", ""],
        ["b", "x y"],
        ["b", "2"],
        ["c", "true"],
        ["e", '{"f":1}'],
        ["a", "&="],
      ],
    });
  });

  test("the query of a URI is sent to the letter", async () => {
    const seen = await call("/echo?sig=a%20b%2B~&flag", { query: { a: "x y+z" } });
    expect(seen).toMatchObject({ search: "?sig=a%20b%2B~&flag&a=x%20y%2Bz" });
  });

  test.each([
    [{ a: [1] }, {}, "application/json", '{"a":[1]}'],
    [[], {}, "application/json", "[]"],
    [0, {}, "application/json", "0"],
    ["text", {}, "text/plain; charset=utf-8", "text"],
    ['{"already":1}', { "content-type": "application/json" }, "application/json", '{"already":1}'],
    [{ a: 1 }, { "Content-Type": "application/merge-patch+json" }, "application/merge-patch+json", '{"a":1}'],
    [
      { a: "x y", b: [1, "ü"], c: null },
      { "Content-Type": "application/x-www-form-urlencoded" },
      "application/x-www-form-urlencoded",
      "a=x+y&b=1&b=%C3%BC",
    ],
  ] as const)("ruling 25: body %j with %j", async (body, headers, type, text) => {
    const seen = await call("/echo", { method: "post", body, headers });
    expect(seen).toMatchObject({ headers: { "content-type": type }, body: text });
  });

  test("no body at all", async () => {
    const seen = (await call("/echo", { method: "post" })) as { headers: object; body: string };
    expect(seen.body).toBe("");
    expect(Object.keys(seen.headers)).not.toContain("content-type");
  });

  test.each([
    [{ method: "GTE" }, 'Unknown HTTP method "GTE"'],
    [{ method: "get", body: {} }, 'A GET request cannot carry a body; use "query", or another method'],
    [{ headers: { a: "1\r\nb: 2" } }, 'The HTTP header "a" has a name or a value that cannot be sent'],
    [
      { uri: "http://a%:b@127.0.0.1/" },
      'The user or the password in the URI has a "%" that stands for nothing: write %25',
    ],
    [
      { method: "post", body: {}, headers: { "content-type": "multipart/form-data" } },
      'A body of type "multipart/form-data" must be given as a string; objects are sent as JSON or form',
    ],
  ] as const)("%j is refused before it is sent", async (overrides, detail) => {
    expect(await faultOf(call("/echo", overrides))).toMatchObject({
      type: errorType("configuration"),
      status: 400,
      detail,
    });
  });
});

test.each([
  ["https://", '"https://" is not an absolute URI'],
  ["pets/1", '"pets/1" is not an absolute URI'],
  ["ftp://user:secret@host/", '"ftp://host/" is neither an http nor an https URI'],
])("ruling 23: nobody is reached at %s", async (uri, detail) => {
  expect(await faultOf(call("", { uri }))).toMatchObject({
    type: errorType("communication"),
    status: 503,
    title: "Service Unavailable",
    detail,
  });
});

describe("ruling 27: authentication", () => {
  test("basic, in UTF-8", async () => {
    const seen = await call("/echo", { authentication: { basic: { username: "jürgen", password: "a:b" } } });
    const expected = `Basic ${Buffer.from("jürgen:a:b").toString("base64")}`;
    expect(seen).toMatchObject({ headers: { authorization: expected } });
  });

  test("bearer", async () => {
    const seen = await call("/echo", { authentication: { bearer: { token: "t0k.en" } } });
    expect(seen).toMatchObject({ headers: { authorization: "Bearer t0k.en" } });
  });

  test("credentials in the URI are sent as basic authentication, and shown to nobody", async () => {
    const uri = server.origin.replace("//", "//me:p%40ss@");
    const answer = await runActivity(httpRequest(`${uri}/echo`, { output: "response" }), contextWith());
    expect(answer).toMatchObject({
      request: { uri: `${server.origin}/echo` },
      content: { headers: { authorization: `Basic ${Buffer.from("me:p@ss").toString("base64")}` } },
    });
    const error = await faultOf(runActivity(httpRequest(`${uri}/status/404`), contextWith()));
    expect(JSON.stringify(error)).not.toContain("p%40ss");
    expect(JSON.stringify(answer)).not.toContain("p%40ss");
  });

  test.each([
    [{ bearer: { token: "a\nb" } }, "authentication"],
    [{ bearer: { token: 7 as unknown as string } }, undefined],
    [{ basic: { username: "a", password: null as unknown as string } }, "authentication"],
    [{ oauth2: { authority: "http://x" } }, "configuration"],
    [{ basic: { use: "secret" } }, "authorization"],
  ] as const)("%j", async (authentication, kind) => {
    const calling = call("/echo", { authentication });
    if (kind === undefined) expect(await calling).toMatchObject({ headers: { authorization: "Bearer 7" } });
    else expect(await faultOf(calling)).toMatchObject({ type: errorType(kind) });
  });
});
