import { describe, expect, test } from "bun:test";
import { WorkflowFault } from "../../src/dsl/error.ts";
import type { Json } from "../../src/expression/json.ts";
import { validate } from "../../src/workflow/schema.ts";
import { World } from "./world.ts";

/** The detail of the error, or null when the value fits. */
function verdict(schema: Json, value: Json): string | null {
  try {
    validate(schema, value, "/here", "/task");
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(WorkflowFault);
    return (error as WorkflowFault).error.detail ?? "";
  }
}

const draft = (name: string) => ({ $schema: `http://json-schema.org/${name}/schema#` });
const table: [name: string, schema: Json, value: Json, detail: string | null][] = [
  ["true", true, 1, null],
  ["false", false, 1, "/here: "],
  ["the newest draft is the default", { prefixItems: [{ type: "string" }] }, [1], "/here: /0: "],
  ["draft 4", { ...draft("draft-04"), minimum: 1, exclusiveMinimum: true }, 1, "/here: "],
  ["draft 7", { ...draft("draft-07"), items: [{ type: "string" }] }, [1], "/here: /0: "],
  ["a reference within", { $ref: "#/$defs/n", $defs: { n: { type: "number" } } }, "x", "/here: "],
  ["a nested place", { properties: { a: { items: { type: "number" } } } }, { a: [1, "x"] }, "/here: /a/1: "],
  ["no schema at all", null, 1, "/here: the schema cannot be used: it is not an object"],
  [
    "a reference that leads nowhere",
    { properties: { a: { $ref: "https://x.invalid/s.json" } } },
    { a: 1 },
    '/here: the schema cannot be used: "$ref: https://x.invalid/s.json" leads nowhere: a schema can refer to its own',
  ],
  ["a pattern", { pattern: "^a+$" }, "aaa", null],
  [
    "a value that its pattern does not match",
    { items: { pattern: "^a+$" } },
    ["a", "ab"],
    '/here: /1: String does not match the pattern "^a+$".',
  ],
  ["a pattern that others give up on", { pattern: "^(?:(a+)+c|a+b)$" }, `${"a".repeat(40)}b`, null],
  ["a needless backslash in a pattern", { pattern: "^\\d+\\-\\d+$" }, "12-34", null],
  ["a pattern beside others", { allOf: [{ minLength: 2 }], pattern: "^a" }, "a", "/here: "],
  ["a pattern under not", { not: { pattern: "^a" } }, "b", null],
  ["a pattern in data", { const: { pattern: "^a" } }, { pattern: "^a" }, null],
  ["a property named pattern", { properties: { pattern: { pattern: "^a" } } }, { pattern: "a" }, null],
  [
    "a pattern without bound",
    { pattern: "(x+x+)+y" },
    "x".repeat(50_000),
    '/here: The pattern "(x+x+)+y" takes too many steps',
  ],
  ["names by a pattern", { patternProperties: { "^x": { type: "number" } } }, { x1: 1, y: "a" }, null],
  [
    "a value whose name matches a pattern",
    { items: { patternProperties: { "^x": { type: "number" }, "1$": { minimum: 5 } } } },
    [{ x1: 6 }, { x1: 1, x: 1 }],
    "/here: /1/x1: ",
  ],
  [
    "other names than those of patterns",
    { properties: { a: true }, patternProperties: { "^x": true }, additionalProperties: false },
    { a: 1, x1: 1, y: 1 },
    "/here: /y: ",
  ],
  [
    "a name as wanted twice",
    { properties: { x: { minimum: 1 } }, patternProperties: { x: { maximum: 3 } } },
    { x: 4 },
    "/here: /x: ",
  ],
  ["unevaluated names", { patternProperties: { x: true }, unevaluatedProperties: false }, { x: 1 }, null],
  [
    "a name such as __proto__",
    { patternProperties: { "^__": { type: "number" } } },
    JSON.parse('{"__proto__":"a"}'),
    "/here: ",
  ],
  [
    "a name's pattern without bound",
    { patternProperties: { "(x+x+)+y": true } },
    { ["x".repeat(50_000)]: 1 },
    '/here: The pattern "(x+x+)+y" takes too many steps',
  ],
  [
    "more names than one may ask for",
    { patternProperties: { ".": true } },
    Object.fromEntries(Array.from({ length: 21_000 }, (_, n) => [n, 1])),
    '/here: More than 20000 names match its "patternProperties"',
  ],
  [
    "a reference into patterns",
    { $ref: "#/patternProperties/x", patternProperties: { x: true } },
    {},
    '/here: the schema cannot be used: "$ref: #/patternProperties/x" leads into',
  ],
  [
    "a name's pattern that is none",
    { patternProperties: { "(": true } },
    { a: 1 },
    "/here: the schema cannot be used: ",
  ],
  ["a pattern that is none", { pattern: "(" }, "x", "/here: the schema cannot be used: "],
];

describe("schemas", () => {
  for (const [name, schema, value, detail] of table)
    test(name, () => {
      const found = verdict(schema, value);
      if (detail === null) expect(found).toBeNull();
      else expect(found).toStartWith(detail);
    });

  test("a value too deep for the validator is an error, not a crash", () => {
    let deep: Json = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(verdict({ items: { $ref: "#" } }, deep)).toStartWith("/here: the schema cannot be used: ");
  });

  test("another format is refused", () => {
    const definition = "do: [{a: {input: {schema: {format: avro, document: {}}}, set: {}}}]";
    expect(() => new World(definition)).toThrow('Unknown schema format "avro" (/do/0/a/input/schema/format)');
  });
});
