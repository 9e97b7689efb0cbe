import { expect, test } from "bun:test";
import { options } from "../../src/config/options.ts";

const parse = (given: unknown) => options.retain.parse(given);

test("what is kept is an age, a count, or everything", () => {
  expect(parse("30d")).toEqual({ ageMs: 30 * 86_400_000 });
  expect(parse("12h")).toEqual({ ageMs: 12 * 3_600_000 });
  expect(parse("365d")).toEqual({ ageMs: 365 * 86_400_000 });
  expect(parse("10000")).toEqual({ count: 10_000 });
  // As YAML has it.
  expect(parse(500)).toEqual({ count: 500 });
  expect(parse("forever")).toBeUndefined();
});

test.each(["", "-1", "1.5d", "d", "30 days", "1e3", null, {}])(
  "%p is refused with what was expected",
  (given) => {
    expect(() => parse(given)).toThrow("Expected an age such as 12h or 30d");
  },
);
