import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { runActivity } from "../../../src/activity/run.ts";
import type { OpenApiRequest } from "../../../src/dsl/request.ts";
import type { JsonObject } from "../../../src/expression/json.ts";
import { contextWith, errorType, faultOf } from "../context.ts";
import { startApiServer } from "./api-server.ts";
import { version2, version3 } from "./documents.ts";

let server: ReturnType<typeof startApiServer>;
beforeAll(() => {
  server = startApiServer({
    "/docs/three.json": version3,
    "/docs/two.json": version2,
    "/docs/hosted.json": { ...version2, host: "127.0.0.1:9", schemes: ["http"] },
    "/docs/yaml": 'openapi: "3.0.3"\npaths:\n  /y:\n    get: { operationId: y }\n',
    "/docs/ref.json": { ...version3, paths: { "/a": { $ref: "https://elsewhere/#/a" } } },
    "/docs/circle.json": { openapi: "3.0.0", paths: { "/a": { $ref: "#/paths/~1a" } } },
    "/docs/other.json": { asyncapi: "3.0.0" },
    "/docs/cached.json": version3,
    "/docs/guarded.json": version3,
  });
});
afterAll(() => server.stop());

const call = (
  document: string,
  operationId: string,
  parameters: JsonObject = {},
  overrides: Partial<OpenApiRequest> = {},
) =>
  runActivity(
    {
      kind: "openapi",
      document: { uri: `${server.origin}/docs/${document}` },
      operationId,
      parameters,
      output: "content",
      redirect: false,
      ...overrides,
    },
    contextWith(),
  );

describe("OpenAPI 3", () => {
  const required = { id: "a/b", trace: ["x", "y"] };

  test("path, header, defaults of what is required, and the server relative to the document", async () => {
    expect(await call("three.json", "getThing", required)).toMatchObject({
      target: "GET /api/v1/things/a%2Fb/plain?limit=10",
      headers: { trace: "x,y", accept: "application/json", "idempotency-key": "execution-1/activity-1" },
    });
  });

  test.each([
    [{ tags: ["a", "b c"] }, "tags=a&tags=b+c"],
    [{ tags: "a" }, "tags=a"],
    [{ flat: ["a", "b"] }, "flat=a%2Cb"],
    [{ piped: ["a", "b"] }, "piped=a%7Cb"],
    [{ filter: { a: 1, b: "x" } }, "filter%5Ba%5D=1&filter%5Bb%5D=x"],
    [{ point: { x: 1, y: 2 } }, "x=1&y=2"],
    [{ json: { a: [1] } }, "json=%7B%22a%22%3A%5B1%5D%7D"],
  ])("query %j", async (values, expected) => {
    const seen = (await call("three.json", "getThing", { ...required, ...values })) as { target: string };
    expect(seen.target).toBe(`GET /api/v1/things/a%2Fb/plain?${expected}&limit=10`);
  });

  test("cookies, and the styles of a path", async () => {
    expect(await call("three.json", "getThing", { ...required, session: "a;b" })).toMatchObject({
      headers: { cookie: "session=a%3Bb" },
    });
    expect(await call("three.json", "getMatrix", { m: [1, 2], l: ["a", "b"] })).toMatchObject({
      target: "GET /api/v1/matrix/;m=1;m=2/.a,b",
    });
  });

  test("ruling 30: a body: given as such, or made of what is not a parameter", async () => {
    const body = { target: "POST /other/things/1/k", body: '{"n":1}' };
    const headers = { "content-type": "application/vnd.thing+json" };
    expect(await call("three.json", "saveThing", { id: "1", kind: "k", body: { n: 1 } })).toMatchObject({
      ...body,
      headers,
    });
    expect(await call("three.json", "saveThing", { id: "1", kind: "k", n: 1 })).toMatchObject({
      ...body,
      headers,
    });
    expect(await call("three.json", "sendForm", { a: "x y" })).toMatchObject({ body: "a=x+y" });
    expect(await call("three.json", "putWord", { body: "w" })).toMatchObject({ body: '"w"' });
  });

  test("YAML, version 3.0, no server, no responses", async () => {
    expect(await call("yaml", "y")).toMatchObject({ target: "GET /y" });
  });
});

describe("OpenAPI 2", () => {
  test("query in the collection formats", async () => {
    const seen = await call("two.json", "findPets", { status: ["a", "b"], tags: ["c", "d"], ids: [1, 2] });
    expect(seen).toMatchObject({ target: "GET /v2/pet/find?status=a&status=b&tags=c%7Cd&ids=1%2C2" });
    expect(await call("two.json", "findPets", { status: "sold" })).toMatchObject({
      target: "GET /v2/pet/find?status=sold",
      headers: { accept: "application/json" },
    });
  });

  test("a body, and a form", async () => {
    expect(await call("two.json", "addPet", { body: { id: 1 } })).toMatchObject({
      target: "POST /v2/pet",
      headers: { "content-type": "application/json" },
      body: '{"id":1}',
    });
    expect(await call("two.json", "updatePet", { petId: 7, name: "Mi lou" })).toMatchObject({
      target: "POST /v2/pet/7",
      body: "name=Mi+lou",
    });
  });

  test("its own host", async () => {
    const error = await faultOf(call("hosted.json", "findPets", { status: [] }));
    expect(error).toMatchObject({
      status: 503,
      detail: "GET http://127.0.0.1:9/v2/pet/find: the connection was refused",
    });
  });
});

describe("what cannot be called", () => {
  test.each([
    ["three.json", "getThng", {}, "configuration", 'did you mean "getThing"?'],
    ["two.json", "quite different", {}, "configuration", "its operations are: addPet, findPets, updatePet"],
    ["three.json", "getThing", { id: "1" }, "validation", 'The parameter "trace" of "getThing" is required'],
    [
      "three.json",
      "getThing",
      { id: null, trace: "" },
      "validation",
      'The parameter "id" of "getThing" is required',
    ],
    [
      "three.json",
      "getThing",
      { id: "..", trace: "" },
      "validation",
      '".." cannot stand in a path, as "id" does',
    ],
    [
      "two.json",
      "findPets",
      { status: "a", tag: 1 },
      "validation",
      '"findPets" has no parameter "tag"; did you mean "tags"?',
    ],
    ["three.json", "saveThing", { id: "1" }, "validation", 'is required; give it as the parameter "body"'],
    [
      "three.json",
      "upload",
      { a: 1 },
      "configuration",
      'of type "multipart/form-data", which is not supported',
    ],
    ["two.json", "updatePet", { petId: 1, name: "", photo: "" }, "configuration", 'uploads the file "photo"'],
    ["ref.json", "a", {}, "configuration", "leads out of the OpenAPI document"],
    ["circle.json", "a", {}, "configuration", "goes round in circles"],
    ["other.json", "a", {}, "configuration", "is not an OpenAPI document of version 2.0, 3.0 or 3.1"],
  ] as const)("%s %s %j: %s", async (document, operation, parameters, kind, detail) => {
    const error = await faultOf(call(document, operation, parameters));
    expect(error.type).toBe(errorType(kind));
    expect(error.detail).toContain(detail);
  });

  test("a document that is not there is a communication error", async () => {
    const document = { uri: "http://127.0.0.1:9/openapi.json" };
    expect(await faultOf(call("", "a", {}, { document }))).toMatchObject({
      type: errorType("communication"),
      status: 503,
    });
  });
});

test("a document is fetched once, but each time when it is behind authentication", async () => {
  for (let round = 0; round < 3; round++) {
    await call("cached.json", "putWord");
    const authentication = { bearer: { token: "t" } };
    const document = { uri: `${server.origin}/docs/guarded.json`, authentication };
    await call("", "putWord", {}, { document });
  }
  expect(server.fetched.get("/docs/cached.json")).toBe(1);
  expect(server.fetched.get("/docs/guarded.json")).toBe(3);
});
