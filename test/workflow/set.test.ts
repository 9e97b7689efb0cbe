import { describe, expect, test } from "bun:test";
import type { Json } from "../../src/expression/json.ts";
import { errorOf, outputOf } from "./world.ts";

const cases: [name: string, definition: string, input: Json, output: Json][] = [
  ["data", "do: [{a: {set: {shape: circle, size: '${ .n }'}}}]", { n: 6 }, { shape: "circle", size: 6 }],
  ["an expression", "do: [{a: {set: '${ .color }'}}]", { color: "red" }, "red"],
  [
    "a bare expression, as the slot can hold nothing else (ruling 2)",
    "do: [{a: {set: .color}}]",
    { color: 1 },
    1,
  ],
  [
    "ruling 3: interpolated text",
    "do: [{a: {set: {x: 'Hello ${ .name }!'}}}]",
    { name: "Ann" },
    { x: "Hello Ann!" },
  ],
  ["text that only looks like jq, in data", "do: [{a: {set: {x: .color}}}]", { color: 1 }, { x: ".color" }],
  ["the output of the task before", "do: [{a: {set: {n: 1}}}, {b: {set: {n: '${ .n + 1 }'}}}]", {}, { n: 2 }],
];

describe("set", () => {
  for (const [name, definition, input, output] of cases)
    test(name, () => expect(outputOf(definition, { input })).toEqual(output));

  test("an expression that fails names slot, expression and reason", () => {
    expect(errorOf("do: [{x: {set: {deep: [1, '${ .a.b }']}}}]", { input: { a: "text" } })).toEqual({
      type: "https://open-workflow-specification.org/spec/1.0.0/errors/expression",
      status: 400,
      title: "Expression error",
      detail: expect.stringMatching(/^\/do\/0\/x\/set\/deep\/1: \$\{ \.a\.b \}: Cannot index string/),
      instance: "/do/0/x",
    });
  });
});
