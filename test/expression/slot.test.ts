import { describe, expect, test } from "bun:test";
import type { Evaluation } from "../../src/expression/expression.ts";
import type { Json } from "../../src/expression/json.ts";
import { compileSlot, SlotError, type SlotOptions, slotErrors, truthy } from "../../src/expression/slot.ts";

type Options = Partial<SlotOptions>;

function options(given: Options): SlotOptions {
  return { kind: "value", mode: "strict", variables: ["name"], ...given };
}

const evaluation: Evaluation = { variables: { name: "Ada" }, nowMs: 0 };
const input: Json = { a: 1, list: [1, 2, 3], text: "${ .a }", nested: { b: "x" } };

function evaluated(value: Json, given: Options = {}): Json {
  return compileSlot(value, options(given)).evaluate(input, evaluation);
}

function thrown(act: () => unknown): SlotError {
  try {
    act();
  } catch (error) {
    if (error instanceof SlotError) return error;
    throw error;
  }
  throw new Error("Nothing was thrown");
}

describe("Values", () => {
  const values: [Json, Json][] = [
    ["plain", "plain"],
    ["", ""],
    ["${ .a }", 1],
    ["  ${ .a }\n", 1],
    ["${.nested}", { b: "x" }],
    ["a=${ .a }, b=${ .nested.b }!", "a=1, b=x!"],
    ["${ .a }${ .a }", "11"],
    ["${ .nested }: ${ null }", '{"b":"x"}: null'],
    ["Hello ${ $name }", "Hello Ada"],
    ['${ {"}": "}"} }', { "}": "}" }],
    ['${ "a}\\("b}" + "}")" }', "a}b}}"],
    ['${ "\\"}" }', '"}'],
    ['v: ${ {a: {b: "}"}} | .a.b }', "v: }"],
    ["${ .a # not the end }\n }", 1],
    ["$ {x} $name {.a}", "$ {x} $name {.a}"],
    [5, 5],
    [null, null],
    [
      ["${ .a }", { k: "${ $name }", l: ["x"] }],
      [1, { k: "Ada", l: ["x"] }],
    ],
    [{ "${ .a }": "${ .a }" }, { "${ .a }": 1 }],
  ];
  for (const [value, result] of values) {
    test(JSON.stringify(value), () => expect(evaluated(value)).toEqual(result));
  }

  test("Several outputs are an array, none is null", () => {
    expect(evaluated("${ .list[] }")).toEqual([1, 2, 3]);
    expect(evaluated("${ empty }")).toBeNull();
    expect(evaluated("<${ .list[] }|${ empty }>")).toBe("<[1,2,3]|null>");
  });

  test("What an evaluation gives is never evaluated again", () => {
    expect(evaluated("${ .text }")).toBe("${ .a }");
    expect(evaluated({ x: ["${ .text }", "got ${ .text }"] })).toEqual({ x: ["${ .a }", "got ${ .a }"] });
    expect(evaluated("${ .text }", { mode: "loose" })).toBe("${ .a }");
  });

  test("A key named __proto__ is a key like any other", () => {
    const value = JSON.parse('{"__proto__": "${ .a }", "x": 1}');
    expect(JSON.stringify(evaluated(value))).toBe('{"__proto__":1,"x":1}');
  });
});

describe("Expressions (ruling 2: `${ }` is optional where nothing else can stand)", () => {
  const kind = "expression";
  test("A string is an expression, with or without `${ }`", () => {
    expect(evaluated(".a + 1", { kind })).toBe(2);
    expect(evaluated("${ .a + 1 }", { kind })).toBe(2);
  });

  test("A string of jq may hold `${`", () => expect(evaluated('"${ " + .nested.b', { kind })).toBe("${ x"));

  test("In an object or array, strings are values", () => {
    expect(evaluated({ a: ".a", b: "${ .a }", c: ["is ${ .a }"] }, { kind })).toEqual({
      a: ".a",
      b: 1,
      c: ["is 1"],
    });
  });

  test("Anything else stands for itself", () => expect(evaluated(true, { kind })).toBe(true));
});

describe("Literals (ruling 3: never inside scripts and commands)", () => {
  const kind = "literal";
  test("Only a whole `${ … }` is evaluated", () => {
    expect(evaluated("${ .nested.b }", { kind })).toBe("x");
    for (const code of ["echo ${HOME}", "`a ${ b } c`", "${a}/${b}", "${ open", "x ${ .a }"])
      expect(evaluated(code, { kind })).toBe(code);
  });
});

describe("Loose mode", () => {
  const mode = "loose";
  test("Every string is tried as an expression", () =>
    expect(evaluated([".a", "1 + 1"], { mode })).toEqual([1, 2]));

  test("What does not compile stands for itself", () => {
    for (const text of [
      "Hello world",
      ".a +",
      "nobody",
      "$unknown",
      "${ .a",
      "${ .a + }",
      "see ${ $unknown }",
    ])
      expect(evaluated(text, { mode })).toBe(text);
  });

  test("So does what fails", () => {
    expect(evaluated('error("x")', { mode })).toBe('error("x")');
    expect(evaluated("sum: ${ .a + {} }", { mode })).toBe("sum: ${ .a + {} }");
    expect(slotErrors("$unknown", options({ mode }))).toEqual([]);
  });

  test("A bound that is hit is an error all the same", () => {
    expect(thrown(() => evaluated("last(repeat(1))", { mode })).kind).toBe("limit");
  });
});

describe("What is known before evaluation", () => {
  test("A value without expressions is a constant, and shared", () => {
    const value = { a: ["b", 1], c: null };
    const slot = compileSlot(value, options({}));
    expect(slot.constant).toBe(value);
    expect(slot.evaluate(input, evaluation)).toBe(value);
    expect(compileSlot("${ 1 }", options({}))).not.toHaveProperty("constant");
  });

  test("The variables that are mentioned", () => {
    const slot = compileSlot(
      { x: "${ $name }", y: "and ${ $other | . as $own | $own }" },
      options({ variables: ["name", "other", "third"] }),
    );
    expect([...slot.variables].sort()).toEqual(["name", "other"]);
  });
});

describe("Errors say where", () => {
  test("All syntax errors, by JSON pointer", () => {
    const value = { ok: "${ .a }", "a/b~": ["x", "${ .a + }"], c: "${ $nme }", d: "${ open" };
    const errors = slotErrors(value, options({}));
    expect(errors.map(({ pointer }) => pointer)).toEqual(["/a~1b~0/1", "/c", "/d"]);
  });

  test("The offset counts in the slot's own text", () => {
    const text = "Hi ${ .a } and ${ $nme }";
    const [found] = slotErrors({ x: text }, options({}));
    expect(found!.error.kind).toBe("syntax");
    expect(text.slice(found!.error.offset, found!.error.offset! + found!.error.length!)).toBe("$nme");
  });

  test("A variable that does not exist there is told with the nearest one that does", () => {
    const [found] = slotErrors("$nme | .x", options({ kind: "expression" }));
    expect(found!.error.message).toContain("$nme is not defined");
    expect(found!.error.hint).toContain("$name");
  });

  test("A `${` without its end", () => {
    const { offset, message } = thrown(() => compileSlot("ab ${ {a: 1 ", options({})));
    expect(offset).toBe(3);
    expect(message).toContain("has no end");
  });

  test("More than one expression where only one can stand", () => {
    const { message, offset } = thrown(() =>
      compileSlot("${ .a } and more", options({ kind: "expression" })),
    );
    expect(message).toContain("Only one expression can stand here");
    expect(offset).toBe(7);
    const open = thrown(() => compileSlot(" ${ .a", options({ kind: "expression" })));
    expect([open.message, open.offset]).toEqual(['The expression that "${" opens has no end', 1]);
  });

  test("Evaluation errors carry the pointer too", () => {
    const error = thrown(() => evaluated({ list: ["${ .a.b }"] }));
    expect(error.pointer).toBe("/list/0");
    expect(error.kind).toBe("evaluation");
    expect(error.message).toBe('Cannot index number with string ("b")');
  });
});

test("Only null and false are not true", () => {
  expect([null, false].map(truthy)).toEqual([false, false]);
  expect([true, 0, "", [], {}].map(truthy)).toEqual([true, true, true, true, true]);
});
