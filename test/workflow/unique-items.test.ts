import { expect, test } from "bun:test";
import { type Schema, Validator } from "@cfworker/json-schema";
import type { Json } from "../../src/expression/json.ts";
import { validate } from "../../src/workflow/schema.ts";
import { withoutUniqueItems } from "../../src/workflow/unique-items.ts";

const fits = (schema: Json, value: Json) => {
  try {
    validate(schema, value, "/here", "/task");
    return true;
  } catch {
    return false;
  }
};
const numbered = (count: number): Json[] => [...Array(count).keys()].map((n) => ({ n, list: [n, -n - 1] }));
const unique = { type: "array", uniqueItems: true } as const satisfies Schema;

test("a long list of unique items is told at once", () => {
  expect(fits(unique, numbered(100_000))).toBe(true);
  expect(
    fits({ properties: { a: { items: unique } } }, { a: [numbered(20_000), numbered(20_000).reverse()] }),
  ).toBe(true);
});

test("so is one that the schema does not want to be unique", () => {
  expect(fits({ not: unique }, numbered(30_000))).toBe(false);
});

test("a long list with an item twice does not fit, however late it comes", () => {
  expect(fits(unique, [...numbered(1000), { list: [7, -8], n: 7 }])).toBe(false);
  expect(fits(unique, [...numbered(50_000), { list: [7, -8], n: 7 }])).toBe(false);
});

test.each([
  [[1, "1", true, "true", null, "null", [], {}, [[]], [{}], [1], ["1"]], true],
  [
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    false,
  ],
  [["a,b", ["a", "b"], "[a,b"], true],
  [[0, -0], false],
] as [Json[], boolean][])("%j in a long list: %j, as the validator has it", (items, expected) => {
  const value = [...numbered(100), ...items];
  expect(new Validator(unique, "2020-12").validate(value).valid).toBe(expected);
  expect(fits(unique, value)).toBe(expected);
  expect(fits(unique, numbered(20_000).concat(items))).toBe(expected);
});

test("where another list repeats, the ones that should not are still compared", () => {
  const schema = { properties: { ids: { uniqueItems: true } } };
  expect(fits(schema, { ids: numbered(200), other: [1, 1] })).toBe(true);
  expect(fits(schema, { ids: [...numbered(200), 5, 5], other: [1, 1] })).toBe(false);
});

test("the keyword is taken away where it is one, and nowhere else", () => {
  const schema = {
    uniqueItems: true,
    const: { uniqueItems: true },
    properties: { uniqueItems: true, list: { uniqueItems: true, items: { anyOf: [{ uniqueItems: true }] } } },
    not: { uniqueItems: false },
  };
  expect(withoutUniqueItems(schema)).toEqual({
    const: { uniqueItems: true },
    properties: { uniqueItems: true, list: { items: { anyOf: [{}] } } },
    not: { uniqueItems: false },
  });
  const other = { properties: { uniqueItems: true }, required: ["a"] };
  expect(withoutUniqueItems(other)).toBe(other);
});
