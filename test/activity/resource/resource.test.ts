import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runActivity } from "../../../src/activity/run.ts";
import { contextWith, errorType, faultOf } from "../context.ts";
import { startApiServer } from "../openapi/api-server.ts";

let directory: string;
let server: ReturnType<typeof startApiServer>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "pawl-resource-"));
  server = startApiServer({
    "/json": { type: "object" },
    "/yaml": "type: object\nrequired: [id]\n",
    "/flow": "{type: object}",
    "/broken": "a: [1",
    "/bomb": bomb(),
  });
});
afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

const fetchResource = (uri: string) => runActivity({ kind: "resource", uri }, contextWith());

test("JSON and YAML over http", async () => {
  expect(await fetchResource(`${server.origin}/json`)).toEqual({ type: "object" });
  expect(await fetchResource(`${server.origin}/yaml`)).toEqual({ type: "object", required: ["id"] });
  expect(await fetchResource(`${server.origin}/flow`)).toEqual({ type: "object" });
});

test("ruling 31: a file with an absolute path", async () => {
  const path = join(directory, "a schema.json");
  await Bun.write(path, '{"type":"array"}');
  expect(await fetchResource(pathToFileURL(path).href)).toEqual({ type: "array" });
});

test("what is neither JSON nor YAML, and what explodes, is a configuration error", async () => {
  for (const path of ["/broken", "/bomb"]) {
    expect(await faultOf(fetchResource(server.origin + path))).toMatchObject({
      type: errorType("configuration"),
      detail: `"${server.origin}${path}" is neither JSON nor YAML`,
    });
  }
});

test.each([
  ["file://app/schema.json", "configuration", "is not an absolute file URI"],
  ["file:schema.json", "configuration", "is not an absolute file URI"],
  ["file:///nowhere/schema.json", "configuration", "could not be read"],
  ["file:///", "configuration", "is not a file"],
  ["schema.json", "communication", "is not an absolute URI"],
] as const)("%s is a %s error", async (uri, type, detail) => {
  const error = await faultOf(fetchResource(uri));
  expect(error.type).toBe(errorType(type));
  expect(error.detail).toContain(detail);
});

/** A small text whose aliases would be millions of values. */
function bomb(): string {
  const levels = [..."abcdefgh"].map((name, level, names) => {
    const item = level === 0 ? "x" : `*${names[level - 1]}`;
    return `${name}: &${name} [${Array(9).fill(item).join(",")}]\n`;
  });
  return levels.join("");
}
