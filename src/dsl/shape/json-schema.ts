import type { Json } from "../../expression/json.ts";
import {
  any,
  choice,
  type Keys,
  later,
  list,
  mapping,
  record,
  type Select,
  type Shape,
  type Text,
  text,
  truth,
  union,
  whole,
} from "./shape.ts";

/**
 * A JSON Schema of an author, by its draft: what the draft's own schema says of it, as far as it decides on what the schema
 * means. Keywords that a draft does not know are annotations, and welcome.
 */
export const jsonSchema: Select = { form: "select", by: (value) => shapes[draftOf(value)] };

/** The same, where `true` and `false` are schemas too. */
export const jsonSchemaOrTruth = union({ truth, object: jsonSchema });

type Draft = keyof typeof shapes;

const drafts: readonly [RegExp, Draft][] = [
  [/draft-04/, "draft-04"],
  [/draft-0[67]/, "draft-07"],
  [/2019-09/, "2019-09"],
];

/** As `workflow/schema.ts` understands `$schema`. */
function draftOf(schema: { readonly [key: string]: Json | undefined }): Draft {
  const { $schema } = schema;
  const named = typeof $schema === "string" ? $schema : "";
  return drafts.find(([pattern]) => pattern.test(named))?.[1] ?? "2020-12";
}

const count = { ...whole, min: 0 };
const number = { ...whole, fractions: true };
const typeName = choice("null", "boolean", "object", "array", "number", "string", "integer");
const pattern: Text = {
  form: "text",
  expected: "a regular expression of JavaScript",
  test: isRegularExpression,
};

/** Also what is valid only without the flag `u`, such as a needless backslash. */
function isRegularExpression(source: string): boolean {
  return ["u", ""].some((flags) => {
    try {
      return new RegExp(source, flags) !== undefined;
    } catch {
      return false;
    }
  });
}

const common: Keys = {
  $schema: text,
  $ref: text,
  $comment: text,
  title: text,
  description: text,
  format: text,
  type: union({ text: typeName, list: list(typeName) }),
  enum: list(any),
  multipleOf: number,
  maximum: number,
  minimum: number,
  maxLength: count,
  minLength: count,
  maxItems: count,
  minItems: count,
  maxProperties: count,
  minProperties: count,
  uniqueItems: truth,
  required: list(text),
  pattern,
};

/** Keywords that hold schemas; `schema` is what those are in the draft. */
function applicators(schema: Shape): Keys {
  const schemas = list(schema, 1);
  const named = mapping(schema);
  return {
    ...{ not: schema, allOf: schemas, anyOf: schemas, oneOf: schemas },
    ...{ properties: named, patternProperties: named, definitions: named },
    dependencies: mapping(union({ truth: any, object: schema, list: list(text) })),
  };
}

const since7 = (schema: Shape): Keys => ({
  ...{ exclusiveMaximum: number, exclusiveMinimum: number, $id: text },
  ...{ additionalProperties: schema, propertyNames: schema, contains: schema },
  ...{ if: schema, then: schema, else: schema },
});

const since2019 = (schema: Shape): Keys => ({
  ...{ $anchor: text, $defs: mapping(schema), dependentSchemas: mapping(schema) },
  ...{ unevaluatedItems: schema, unevaluatedProperties: schema },
  ...{ dependentRequired: mapping(list(text)), maxContains: count, minContains: count },
});

const untilItems = (schema: Shape, alone: Shape): Keys => ({
  items: union({ ...(alone.form === "union" ? alone : { object: alone }), list: list(schema) }),
});

const shapeOf = (keys: (schema: Shape) => Keys, schema: () => Shape) =>
  record(
    { optional: { ...common, ...applicators(later(schema)), ...keys(later(schema)) } },
    { others: "free" },
  );

const shapes: { readonly [name in "draft-04" | "draft-07" | "2019-09" | "2020-12"]: Shape } = {
  "draft-04": shapeOf(
    (schema) => ({
      ...{ id: text, exclusiveMaximum: truth, exclusiveMinimum: truth },
      additionalProperties: union({ truth, object: schema }),
      additionalItems: union({ truth, object: schema }),
      ...untilItems(schema, schema),
    }),
    () => shapes["draft-04"],
  ),
  "draft-07": shapeOf(
    (schema) => ({ ...since7(schema), additionalItems: schema, ...untilItems(schema, either("draft-07")) }),
    () => either("draft-07"),
  ),
  "2019-09": shapeOf(
    (schema) => ({
      ...since7(schema),
      ...since2019(schema),
      additionalItems: schema,
      ...untilItems(schema, either("2019-09")),
    }),
    () => either("2019-09"),
  ),
  "2020-12": shapeOf(
    (schema) => ({ ...since7(schema), ...since2019(schema), items: schema, prefixItems: list(schema, 1) }),
    () => either("2020-12"),
  ),
};

function either(draft: Draft) {
  return union({ truth, object: later(() => shapes[draft]) });
}
