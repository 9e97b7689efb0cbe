import { expect, test } from "bun:test";
import { applySettings } from "../../src/cli/input.ts";

const set = (input: string | undefined, ...settings: string[]) => applySettings(input, settings, "run");

test("settings are JSON where they parse, text otherwise, at dotted paths", () => {
  expect(set(undefined, "a=1", "b.c=text", 'b.d={"e":[true]}', "f=", "g=1.0.0")).toBe(
    '{"a":1,"b":{"c":"text","d":{"e":[true]}},"f":"","g":"1.0.0"}',
  );
  expect(set('{"a":{"b":1},"list":[1,2]}', "a.b=2", "list.1=x", "a\\.b=3")).toBe(
    '{"a":{"b":2},"list":[1,"x"],"a.b":3}',
  );
});

test("without settings the input goes through as it is", () => {
  expect(set('{"big": 12345678901234567890}')).toBe('{"big": 12345678901234567890}');
  expect(set(undefined)).toBe("");
});

test("a key is only a key", () => {
  expect(set(undefined, "__proto__.x=1", "constructor.y=2")).toBe(
    '{"__proto__":{"x":1},"constructor":{"y":2}}',
  );
  expect(({} as { x?: number }).x).toBeUndefined();
});

test.each([["=1"], ["a"], ["a..b=1"], [".a=1"]])("%j is refused", (setting) => {
  expect(() => set(undefined, setting)).toThrow("is not a setting");
});

test("a path through a value, and an input that is no object, are refused", () => {
  expect(() => set('{"a":1}', "a.b=2")).toThrow('"a" is not an object');
  expect(() => set("7", "a=2")).toThrow("--set needs an input that is an object");
  expect(() => set("[1]", "a=2")).toThrow("--set needs an input that is an object");
});

test("items of a list are named by their index, the next one is appended", () => {
  expect(set('{"list":[1]}', "list.1=2", "list.0=x")).toBe('{"list":["x",2]}');
  for (const key of ["x", "2", "-1", "01"]) {
    expect(() => set('{"list":[1]}', `list.${key}=2`)).toThrow(`"list" is a list without an item "${key}"`);
  }
});
