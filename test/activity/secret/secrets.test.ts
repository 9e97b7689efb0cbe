import { afterAll, describe, expect, test } from "bun:test";
import { runActivity } from "../../../src/activity/run.ts";
import type { DeferredSlot } from "../../../src/dsl/confidential.ts";
import type { ActivityRequest, HttpRequest } from "../../../src/dsl/request.ts";
import type { Json } from "../../../src/expression/json.ts";
import { contextWith, errorType, faultOf, httpRequest } from "../context.ts";
import { startEchoServer } from "../http/echo-server.ts";

const server = startEchoServer();
afterAll(() => server.stop());

const token = "t0k3n/+ä-of-ours";
const stored: Record<string, string> = {
  token,
  db: JSON.stringify({ username: "ada", password: "h1dden-pw", port: 5432 }),
  list: '["a"]',
};
const names = [...Object.keys(stored), "missing"];

const context = (log?: (text: string) => void) =>
  contextWith({
    secrets: async (asked) =>
      new Map(asked.filter((name) => name in stored).map((name) => [name, stored[name]!])),
    ...(log && { log: ({ text }) => log(text) }),
  });

const slot = (at: string, value: Json, more: Partial<DeferredSlot> = {}): DeferredSlot => ({
  ...{ at, value, form: "value", label: "/do/0/a/x", kind: "value", mode: "strict" },
  ...{ input: {}, variables: {}, nowMs: 0, ...more },
});

const evaluate = (value: Json, more: Partial<ActivityRequest> = {}) =>
  runActivity(
    {
      kind: "evaluate",
      value: null,
      secrets: names,
      deferred: [slot("/value", value)],
      ...more,
    } as ActivityRequest,
    context(),
  );

function call(overrides: Partial<HttpRequest>, path = "/echo"): Promise<Json> {
  return runActivity(httpRequest(server.origin + path, { secrets: names, ...overrides }), context());
}

describe("a request is completed where secrets are known", () => {
  test("each part in its form", async () => {
    const sent: string[] = [];
    const listener = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: async (request) => {
        sent.push(`${new URL(request.url).search} ${request.headers.get("a")} ${await request.text()}`);
        return new Response();
      },
    });
    const deferred = [
      slot("/uri", `\${ "${listener.url.origin}/?t=" + ($secrets.token | @uri) }`, { form: "text" }),
      slot("/headers", { a: "${ $secrets.db.port }", b: null }, { form: "text-map" }),
      slot("/body", "${ {key: $secrets.db.password, at: .at, by: $who} }", {
        input: { at: 1 },
        variables: { who: "me" },
      }),
    ];
    await call({ method: "post", uri: "", body: null, deferred });
    await listener.stop(true);
    expect(sent).toEqual([`?t=${encodeURIComponent(token)} 5432 {"key":"h1dden-pw","at":1,"by":"me"}`]);
  });

  test("ruling 20: a JSON object is that object, anything else a string", async () => {
    expect(await evaluate("${ [$secrets.db, $secrets.token, $secrets.list] | map(type) }")).toEqual([
      "object",
      "string",
      "string",
    ]);
  });

  test.each([
    ["basic", { basic: { use: "db" } }, `Basic ${btoa("ada:h1dden-pw")}`],
    ["bearer, of an object", { bearer: { use: "auth" } }, "Bearer in-an-object"],
    ["bearer, of a string", { bearer: { use: "plain" } }, "Bearer just-a-string"],
  ])("an authentication by secret: %s", async (_, authentication, header) => {
    const secrets = new Map([
      ["db", stored["db"]!],
      ["auth", '{"token":"in-an-object"}'],
      ["plain", "just-a-string"],
    ]);
    let seen: string | null = null;
    const listener = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request) => {
        seen = request.headers.get("authorization");
        return new Response();
      },
    });
    const request = httpRequest(listener.url.href, { authentication, secrets: [...secrets.keys()] });
    await runActivity(request, contextWith({ secrets: async () => secrets }));
    await listener.stop(true);
    expect(seen as string | null).toBe(header);
  });

  test("$authorization describes the request's own authentication", async () => {
    const authentication = { basic: { use: "db" } };
    const deferred = [slot("/value", "${ $authorization.scheme }")];
    expect(await evaluate(null, { authentication, deferred } as object)).toBe("Basic");
    expect(await evaluate("${ $authorization }")).toBeNull();
  });
});

describe("what does not exist, or is not listed, is an authorization error, 403", () => {
  test.each([
    ["$secrets.missing", 'The secret "missing" does not exist; set it with: pawl secret set missing'],
    [
      'try $secrets.missing catch "caught"',
      'The secret "missing" does not exist; set it with: pawl secret set missing',
    ],
    [
      '$secrets["missing"]? // 1',
      'The secret "missing" does not exist; set it with: pawl secret set missing',
    ],
    ["$secrets | tojson", 'The secret "missing" does not exist; set it with: pawl secret set missing'],
  ])("%s", async (expression, detail) => {
    const error = await faultOf(evaluate(`\${ ${expression} }`));
    expect(error).toMatchObject({ type: errorType("authorization"), status: 403, detail });
  });

  test("and so is an authentication by a secret that is not listed", async () => {
    const error = await faultOf(call({ authentication: { basic: { use: "other" } } }));
    expect(error).toMatchObject({
      type: errorType("authorization"),
      detail: 'The secret "other" may not be used; list it under "use.secrets"',
    });
  });

  test("a secret that does not exist and is not used does no harm", async () => {
    expect(await evaluate("${ $secrets.token | length }")).toBe(token.length);
  });

  test.each([["token"], ["db"]])("an authentication that %s does not fit", async (name) => {
    const authentication = name === "token" ? { basic: { use: name } } : { bearer: { use: name } };
    expect(await faultOf(call({ authentication }))).toMatchObject({ type: errorType("authentication") });
  });
});

describe("ruling 36: a value that data would hold is refused", () => {
  test.each([
    ["$secrets.token"],
    ['"a " + $secrets.token + " b"'],
    ["{(.x // $secrets.token): 1}"],
    ["[[$secrets.db.password]]"],
    ["$secrets.db"],
    ["$secrets.db.port"],
    ["$secrets.token | @base64"],
    ['"x" + $secrets.token + "y" | @base64'],
    ["$secrets.token | @uri"],
    ["$secrets.token | tojson"],
  ])("%s", async (expression) => {
    const error = await faultOf(evaluate(`\${ ${expression} }`));
    expect(error).toMatchObject({ type: errorType("expression"), status: 400 });
    expect(error.detail).toMatch(
      /^\/do\/0\/a\/x: The result holds the secret "(token|db)", and data is kept/,
    );
    expect(error.detail).not.toContain(token);
  });

  test.each([
    ["$secrets.token | length", token.length],
    ["$secrets.db.port > 80", true],
    ["$secrets.db.username", "ada"],
  ])("%s is not", async (expression, value) => {
    expect(await evaluate(`\${ ${expression} }`)).toBe(value as Json);
  });

  test("neither may hold the parameter of $authorization, secret or not", async () => {
    const authentication = { bearer: { token: "in-the-open" } };
    const deferred = [slot("/value", "${ $authorization }")];
    const error = await faultOf(evaluate(null, { authentication, deferred } as object));
    expect(error.detail).toContain('holds "$authorization.parameter"');
  });
});
