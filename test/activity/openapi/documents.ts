import type { JsonObject } from "../../../src/expression/json.ts";

const array = { type: "array", items: { type: "string" } };
const object = { type: "object" };
const ok = { 200: { description: "", content: { "application/json": {} } } };

const query = (name: string, more: JsonObject) => ({ name, in: "query", ...more });

export const version3: JsonObject = {
  openapi: "3.1.0",
  info: { title: "t", version: "1" },
  servers: [{ url: "{base}/v1/", variables: { base: { default: "/api" } } }],
  paths: {
    "/things/{id}/{kind}": {
      parameters: [
        { $ref: "#/components/parameters/id" },
        { name: "kind", in: "path", required: true, schema: { default: "plain" } },
        { name: "trace", in: "header", schema: {} },
      ],
      get: {
        operationId: "getThing",
        parameters: [
          query("tags", { schema: array }),
          query("flat", { schema: array, explode: false }),
          query("piped", { schema: array, style: "pipeDelimited", explode: false }),
          query("filter", { schema: object, style: "deepObject", explode: true }),
          query("point", { schema: object }),
          query("json", { content: { "application/json": {} } }),
          query("limit", { required: true, schema: { type: "integer", default: 10 } }),
          { name: "session", in: "cookie", schema: {} },
          { name: "trace", in: "header", required: true, schema: array },
        ],
        responses: ok,
      },
      post: {
        operationId: "saveThing",
        servers: [{ url: "/other" }],
        requestBody: { $ref: "#/components/requestBodies/thing" },
        responses: ok,
      },
    },
    "/matrix/{m}/{l}": {
      get: {
        operationId: "getMatrix",
        parameters: [
          { name: "m", in: "path", required: true, style: "matrix", explode: true, schema: array },
          { name: "l", in: "path", required: true, style: "label", schema: array },
        ],
      },
    },
    "/form": {
      post: {
        operationId: "sendForm",
        requestBody: { content: { "multipart/form-data": {}, "application/x-www-form-urlencoded": {} } },
      },
    },
    "/word": {
      put: {
        operationId: "putWord",
        requestBody: { content: { "application/json": { schema: { type: "string" } } } },
      },
    },
    "/upload": { post: { operationId: "upload", requestBody: { content: { "multipart/form-data": {} } } } },
  },
  components: {
    parameters: { id: { name: "id", in: "path", required: true, schema: { type: "string" } } },
    requestBodies: {
      thing: { required: true, content: { "application/vnd.thing+json": {}, "text/plain": {} } },
    },
  },
};

export const version2: JsonObject = {
  swagger: "2.0",
  info: { title: "t", version: "1" },
  basePath: "/v2",
  schemes: ["https", "http"],
  consumes: ["application/xml", "application/json"],
  produces: ["application/xml", "application/json"],
  paths: {
    "/pet": {
      post: {
        operationId: "addPet",
        parameters: [{ name: "body", in: "body", required: true, schema: { $ref: "#/definitions/Pet" } }],
      },
    },
    "/pet/find": {
      get: {
        operationId: "findPets",
        parameters: [
          query("status", { required: true, type: "array", collectionFormat: "multi" }),
          query("tags", { type: "array", collectionFormat: "pipes" }),
          query("ids", { type: "array" }),
        ],
      },
    },
    "/pet/{petId}": {
      post: {
        operationId: "updatePet",
        parameters: [
          { name: "petId", in: "path", required: true, type: "integer" },
          { name: "name", in: "formData", required: true, type: "string" },
          { name: "photo", in: "formData", type: "file" },
        ],
      },
    },
  },
  definitions: { Pet: { type: "object" } },
};
