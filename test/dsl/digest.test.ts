import { expect, test } from "bun:test";
import { parseDefinitions } from "../../src/dsl/definition.ts";
import { digest } from "../../src/dsl/digest.ts";
import { sha256 } from "../../src/dsl/sha256.ts";
import { head } from "./brief.ts";

test("SHA-256 agrees with the host's, around every block boundary", () => {
  for (const length of [0, 1, 3, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000, 70_000]) {
    const message = Uint8Array.from({ length }, (_, at) => (at * 31) % 251);
    expect(sha256(message)).toBe(new Bun.CryptoHasher("sha256").update(message).digest("hex"));
  }
});

test("a digest does not depend on the order of keys, and depends on everything else", () => {
  expect(digest({ a: 1, b: [{ c: "é", d: null }] })).toBe(digest({ b: [{ d: null, c: "é" }], a: 1 }));
  const variants = [
    {},
    { a: 1 },
    { a: "1" },
    { a: [1] },
    { a: null },
    { b: 1 },
    { a: 1, b: 1 },
    [1],
    "1",
    1,
    null,
    { a: 1.5 },
  ];
  expect(new Set(variants.map(digest)).size).toBe(variants.length);
});

test("two spellings of one document are one revision, another document is another", () => {
  const revision = (text: string) => parseDefinitions("a.yaml", text).definitions[0]?.revision;
  const yaml = `${head}do:\n- a: # a comment\n    set:\n      x: 'text'\n`;
  const json = JSON.stringify({
    do: [{ a: { set: { x: "text" } } }],
    document: { dsl: "1.0.3", namespace: "test", name: "sample", version: "1.0.0" },
  });
  expect(revision(yaml)).toMatch(/^[0-9a-f]{64}$/);
  expect(revision(json)).toBe(revision(yaml)!);
  expect(revision(yaml.replace("text", "other"))).not.toBe(revision(yaml)!);
});
