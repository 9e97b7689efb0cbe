import { expect, setDefaultTimeout, test } from "bun:test";
import Ajv from "ajv";
import Ajv2019 from "ajv/dist/2019";
import Ajv2020 from "ajv/dist/2020";
import { parseDefinitions } from "../../src/dsl/definition.ts";
import type { Json } from "../../src/expression/json.ts";
import { diagnose, head } from "./brief.ts";
import { mutate, Random } from "./mutation.ts";
import { structuralErrors } from "./structure.ts";

setDefaultTimeout(600_000);
const rounds = process.env["PAWL_SOAK"] === "1" ? 20_000 : 1_500;

const schemaAt = (indented: string) =>
  `${head}input:\n  schema:\n    document:\n${indented}\ndo: [a: { set: { b: 1 } }]\n`;

test("a mistake in a schema is told where it stands", () => {
  expect(
    diagnose(
      schemaAt("      type: objct\n      required: name\n      properties:\n        a: { minimum: '1' }"),
    ),
  ).toEqual([
    '8:13+5 "type" must be one of "null", "boolean", "object", "array", "number", "string", "integer", ' +
      'not "objct" — Did you mean "object"?',
    '9:17+4 "required" must be a list, not "name"',
    '11:23+3 "minimum" must be a number, not "1"',
  ]);
  expect(diagnose(schemaAt("      properties: { a: strng }"))).toEqual([
    '8:24+5 "a" must be true or false or a mapping, not "strng"',
  ]);
  expect(diagnose(schemaAt('      items: [{ type: string }]\n      pattern: "("'))).toEqual([
    '8:7+5 "items" must be true or false or a mapping, not a list',
    '9:16+3 "pattern" must be a regular expression of JavaScript, not "("',
  ]);
});

test("a schema of a task, and of its output and its export, too", () => {
  const wrong = "{ schema: { document: { type: nul } } }";
  const task = `do:\n- a:\n    input: ${wrong}\n    output: ${wrong}\n    export: ${wrong}\n    set: { b: 1 }\n`;
  expect(diagnose(`${head}${task}output: ${wrong}\n`).map((line) => line.split(":")[0])).toEqual([
    ...["7", "8", "9", "11"],
  ]);
});

test("the draft decides, and what is in another format is not looked into", () => {
  const old = '      $schema: "http://json-schema.org/draft-04/schema#"\n      minimum: 1\n';
  expect(diagnose(schemaAt(`${old}      exclusiveMinimum: true`))).toEqual([]);
  expect(diagnose(schemaAt("      minimum: 1\n      exclusiveMinimum: true"))).toEqual([
    '9:25+4 "exclusiveMinimum" must be a number, not true',
  ]);
  const items =
    '      $schema: "http://json-schema.org/draft-07/schema#"\n      items: [true, { type: [string, "null"] }]';
  expect(diagnose(schemaAt(items))).toEqual([]);
  expect(diagnose(schemaAt("      true").replace("document:\n      true", "document: true"))).toEqual([]);
  const avro = `${head}input: { schema: { format: avro, document: { type: record } } }\ndo: [a: { set: { b: 1 } }]\n`;
  expect(parseDefinitions("a.yaml", avro).diagnostics).toEqual([]);
});

const samples: readonly Json[] = [
  {
    type: "object",
    required: ["id"],
    properties: {
      id: { type: "string", minLength: 1, pattern: "^a" },
      tags: { type: "array", items: { enum: ["a", 1] }, minItems: 1, uniqueItems: true },
      n: { anyOf: [{ type: ["integer", "null"] }, { multipleOf: 2 }], exclusiveMinimum: 0 },
    },
    patternProperties: { "^x-": { not: { maxLength: 3 } } },
    additionalProperties: false,
    dependencies: { id: ["tags"] },
    definitions: { a: { if: { minimum: 1 }, then: true } },
  },
];
const newer = {
  $defs: { a: { dependentRequired: { b: ["c"] }, unevaluatedProperties: false } },
  dependentSchemas: { a: { contains: {}, minContains: 2 } },
};
const drafts = [
  {
    $schema: "http://json-schema.org/draft-07/schema#",
    oracle: new Ajv({ strict: false, logger: false }),
    more: {},
  },
  {
    $schema: "https://json-schema.org/draft/2019-09/schema",
    oracle: new Ajv2019({ strict: false, logger: false }),
    more: newer,
  },
  {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    oracle: new Ajv2020({ strict: false, logger: false }),
    more: { ...newer, prefixItems: [{ type: "number" }] },
  },
];

/** What the drafts' own schemas refuse and we take, since it changes nothing, by the place of the change. */
const laxer = [
  /\/(required|type|enum|dependencies\/\w+|dependentRequired\/\w+)(\/|$)/,
  /\/multipleOf$/,
  /\$schema/,
];

test(`agrees with the drafts' own schemas about ${rounds} schemas with one random change`, () => {
  const random = new Random(31);
  const unexplained: string[] = [];
  let refused = 0;
  for (let round = 0; round < rounds; round++) {
    const { $schema, oracle, more } = random.pick(drafts);
    const { value, change, path } = mutate({ ...(random.pick(samples) as object), ...more } as Json, random);
    const schema = { $schema, ...(value as object) };
    const document = { dsl: "1.0.3", namespace: "a", name: "b", version: "1.0.0" };
    const task = { a: { set: { b: 1 } } };
    const errors = structuralErrors({
      document,
      input: { schema: { document: schema } },
      do: [task],
    } as Json);
    const isValid = oracle.validateSchema(schema) === true;
    if (!isValid) refused++;
    if (isValid === (errors.length === 0)) continue;
    if (!isValid && laxer.some((pattern) => pattern.test(path))) continue;
    unexplained.push(
      `${$schema}: ${isValid ? "we refuse" : "we accept"} after ${change}: ${errors[0]?.message}`,
    );
  }
  expect(unexplained).toEqual([]);
  expect(refused).toBeGreaterThan(rounds / 5);
});
