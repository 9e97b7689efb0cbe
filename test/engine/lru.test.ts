import { expect, test } from "bun:test";
import { LruCache } from "../../src/engine/sqlite/lru.ts";

function cacheOf(size: number, weight: number) {
  const made: string[] = [];
  const cache = new LruCache<string, string>({ size, weight }, (value) => value.length);
  const obtain = (key: string, value = key) => {
    if (cache.get(key) !== undefined) return;
    made.push(key);
    cache.keep(key, value);
  };
  return { obtain, made };
}

test("what was not asked for the longest is forgotten first", () => {
  const { obtain, made } = cacheOf(2, 100);
  for (const key of ["a", "b", "a", "c", "a", "b"]) obtain(key);
  expect(made).toEqual(["a", "b", "c", "b"]);
});

test("what is heavy makes room for itself, and may be alone", () => {
  const { obtain, made } = cacheOf(10, 10);
  obtain("a", "1234");
  obtain("b", "1234");
  obtain("c", "123456789012");
  obtain("c");
  obtain("a", "1234");
  obtain("b", "1234");
  obtain("a");
  expect(made).toEqual(["a", "b", "c", "a", "b"]);
});
