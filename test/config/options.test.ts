import { expect, test } from "bun:test";
import { options } from "../../src/config/options.ts";

test("addresses have a port that can be one", () => {
  expect(options.metrics.parse("9464")).toBe("127.0.0.1:9464");
  expect(options["temporal-address"].parse("[::1]:65535")).toBe("[::1]:65535");
  for (const given of ["65536", "127.0.0.1:99999"]) {
    expect(() => options.metrics.parse(given)).toThrow("Expected a port up to 65535");
  }
  expect(() => options.metrics.parse("localhost")).toThrow('Expected PORT or HOST:PORT, got "localhost"');
  expect(() => options["temporal-address"].parse("9464")).toThrow("Expected HOST:PORT, got");
});

test("variables of processes are texts, numbers and truths", () => {
  expect(options.env.parse({ A: "1", B: 2, C: true })).toEqual({ A: "1", B: "2", C: "true" });
  for (const value of [null, [1], { a: 1 }]) {
    expect(() => options.env.parse({ A: value })).toThrow('Expected a text as the value of "A"');
  }
  expect(() => options.env.parse({ "A=B": 1 })).toThrow('Not a variable name: "A=B"');
});
