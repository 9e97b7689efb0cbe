import { describe, expect, test } from "bun:test";
import { compile } from "../../src/expression/compile.ts";
import { ExpressionError, type Limits } from "../../src/expression/expression.ts";
import type { Json } from "../../src/expression/json.ts";
import { DEFAULT_LIMITS } from "../../src/expression/run.ts";

/** Programs that would never end, or take all memory, and the bound that ends them. */
const RUNAWAYS: [program: string, bound: keyof Limits][] = [
  ["last(repeat(1))", "steps"],
  ["[recurse(.)]", "steps"],
  ["[range(1e15)]", "steps"],
  ["until(false; .)", "steps"],
  ["def f: f; f", "steps"],
  ["def f: if . > 1e6 then . else . + 1 | f end; 0 | f", "steps"],
  ["def f(g): f(g | g); f(.)", "steps"],
  ["reduce range(1e12) as $i (0; . + 1)", "steps"],
  ["any(range(1e15); . < 0)", "steps"],
  ["reduce range(60) as $i (1; [., .]) | tojson", "steps"],
  ["reduce range(60) as $i (1; [., .]) | [..] | length", "steps"],
  ["reduce range(60) as $i (1; [., .]) | flatten | length", "steps"],
  ['[range(1000) | "abc" * 1000000]', "steps"],
  ["yn(1e9; 1)", "steps"],
  ["def f: 1 + f; f", "depth"],
  ["def f: [f]; f", "depth"],
  ["def f: f, 1; f", "depth"],
  ["range(1e6)", "outputs"],
  ['"a" * 1e9', "bytes"],
  ['reduce range(60) as $i ("x"; . + .)', "bytes"],
  [".[500000000] = 1", "bytes"],
  ["reduce range(60) as $i (1; [., .])", "bytes"],
];

describe("bounds", () => {
  for (const [program, bound] of RUNAWAYS) {
    test(`${program} ends at ${bound}`, () => {
      const error = limitError(program, null);
      expect(error.message).toContain(`"expression-${bound}" is ${DEFAULT_LIMITS[bound]}`);
      expect(error.message).toContain("can be raised in the server's config.yaml");
    });
  }

  test("data that is nested too deeply is an error, whatever is done with it", () => {
    let deep: Json = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    for (const program of ["[..] | length", "walk(.)", "[paths] | length"]) {
      expect(limitError(program, deep).kind).toBe("limit");
    }
    expect(compile("tojson | length > 10000", []).all(deep, { variables: {}, nowMs: 0 })).toEqual([true]);
  });

  test("no try holds a bound", () => {
    expect(limitError("try last(repeat(1)) catch 1", null).kind).toBe("limit");
    expect(limitError("(last(repeat(1)))? // 1", null).kind).toBe("limit");
    expect(limitError(". as [$a] ?// $a | last(repeat(1))", null).kind).toBe("limit");
  });

  test("work on large texts is charged however often it is repeated", () => {
    const loops = [
      "length",
      "utf8bytelength",
      "explode",
      "trim",
      "tojson",
      "@uri",
      ".[1:2]",
      'split(",")',
      'test("y")',
    ];
    for (const loop of [...loops, '. + "a" | startswith("y")', '{(. + "a"): 1}', '(. + "a") == (. + "a")']) {
      const program = `("x" * 1000000) as $x | reduce range(100000) as $i (0; $x | ${loop} | 0)`;
      expect(limitError(program, null).message).toContain('"expression-steps"');
    }
  });

  test("the default lets large data pass", () => {
    const rows = Array.from({ length: 100_000 }, (_, a) => ({ a, g: `g${a % 100}` }));
    const some = rows.slice(0, 10_000);
    const evaluate = (program: string, input: Json) =>
      compile(program, []).all(input, { variables: {}, nowMs: 0 })[0];
    expect(evaluate("map(.a + 1) | length", rows)).toBe(100_000);
    expect(evaluate("map(select(.a > 5) | {a, g}) | length", rows)).toBe(99_994);
    expect(evaluate("group_by(.g) | map({g: .[0].g, n: length}) | length", some)).toBe(100);
    expect(evaluate("INDEX(.a) | map_values(.g) | with_entries(.value += 1)? // 0", some)).toBe(0);
    expect(evaluate("tojson | fromjson | sort_by(.g) | length", some)).toBe(10_000);
  });

  test("are the caller's to set", () => {
    const limits = { steps: 50, depth: 5, outputs: 3, bytes: 100 };
    const evaluation = { variables: {}, nowMs: 0, limits };
    expect(compile("range(3)", []).all(null, evaluation)).toEqual([0, 1, 2]);
    for (const program of ["range(4)", "[range(100)]", '"abc" * 40', "def f: 1 + f; f"]) {
      expect(() => compile(program, []).all(null, evaluation)).toThrow(ExpressionError);
    }
  });

  test("after a bound was hit the same program works again", () => {
    const expression = compile("[range(.)] | length", []);
    const evaluation = { variables: {}, nowMs: 0 };
    expect(() => expression.all(1e9, evaluation)).toThrow("too many steps");
    expect(expression.all(3, evaluation)).toEqual([3]);
  });

  test("adding fields to an object takes steps for each of them, three times as many as copying it", () => {
    const variables = { x: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}`, i])) };
    const limits = { steps: 1_300, depth: 100, outputs: 100, bytes: 1_000_000 };
    const enough = (program: string) =>
      compile(program, ["x"]).all(null, { variables, nowMs: 0, limits }).length === 1;
    expect(enough('last(range(10) as $i | $x + {"k\\($i)": 1})')).toBe(true);
    for (const operator of ["+", "*"]) {
      expect(enough(`last(range(5) as $i | {"k\\($i)": 1} ${operator} $x)`)).toBe(true);
      expect(() => enough(`last(range(10) as $i | {"k\\($i)": 1} ${operator} $x)`)).toThrow("too many steps");
    }
  });

  test("collecting in a reduce takes steps in proportion to what is collected", () => {
    const evaluation = { variables: {}, nowMs: 0 };
    const count = (program: string) => compile(program, []).all(null, evaluation)[0];
    expect(count("reduce range(50000) as $i ([]; . + [$i]) | length")).toBe(50_000);
    expect(count('reduce range(20000) as $i ({}; .["k\\($i)"] += $i) | length')).toBe(20_000);
  });
});

function limitError(program: string, input: Json): ExpressionError {
  try {
    compile(program, []).all(input, { variables: {}, nowMs: 0 });
  } catch (thrown) {
    if (thrown instanceof ExpressionError && thrown.kind === "limit") return thrown;
    throw thrown;
  }
  throw new Error(`'${program}' came to an end`);
}
