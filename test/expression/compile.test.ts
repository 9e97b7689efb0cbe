import { describe, expect, test } from "bun:test";
import { compile } from "../../src/expression/compile.ts";
import { type Evaluation, ExpressionError } from "../../src/expression/expression.ts";
import type { Json } from "../../src/expression/json.ts";

const NOW: Evaluation = { variables: {}, nowMs: 1_700_000_000_250 };

describe("variables from outside", () => {
  test("are read by name; a missing one is null", () => {
    const expression = compile("[$context.a, $input]", ["context", "input", "output"]);
    expect([...expression.variables].sort()).toEqual(["context", "input"]);
    expect(expression.all(null, { ...NOW, variables: { context: { a: 1 } } })).toEqual([[1, null]]);
  });

  test("do not reach into prototypes", () => {
    expect(compile("$constructor", ["constructor"]).all(null, NOW)).toEqual([null]);
    expect(compile(".constructor, .toString, .__proto__", []).all({}, NOW)).toEqual([null, null, null]);
    const made = compile('{"__proto__": 1} | .__proto__, keys', []).all(null, NOW);
    expect(made).toEqual([1, ["__proto__"]]);
  });

  test("that are unknown are found by compile, with the place and a suggestion", () => {
    const error = failureOf(".a + $contxt.b", ["context", "input"]);
    expect(error.message).toBe("$contxt is not defined");
    expect(error).toMatchObject({ kind: "syntax", offset: 5, length: 7, hint: "Did you mean '$context'?" });
  });

  test("ENV is empty unless it is given", () => {
    expect(compile("$ENV, env", []).all(null, NOW)).toEqual([{}, {}]);
    const given = { ...NOW, variables: { ENV: { A: "1" } } };
    expect(compile("$ENV.A, env.A", ["ENV"]).all(null, given)).toEqual(["1", "1"]);
  });
});

describe("what only jq itself could tell (found by long runs of the differential test)", () => {
  test.each([
    ["[foreach (1, 2, 3) as $x (10; if $x == 2 then empty else . + $x end; .)]", [[11, 3]]],
    [
      '(try (([] as {$x} ?// [$x] ?// $x | $x) and (last | .a)) catch "held") | if . then . else error end',
      ["held"],
    ],
    ['try (null | .[{"a": 1}] = 1) catch .', ["Array/string slice indices must be integers"]],
    ['try delpaths([{}, 1, "a"]) catch .', ["Path must be specified as array, not number"]],
    ["[1, 2, 3] | map_values(empty)", [[]]],
    ['{"a": {"b": 1}} | (.a, .a.b) |= {old: .} | .a.b', [{ old: null }]],
    [
      'INDEX({"a": 1}, {"a": 2, "x": 3}; .a, "k")',
      [{ "1": { a: 1 }, "2": { a: 2, x: 3 }, k: { a: 2, x: 3 } }],
    ],
  ] as [string, Json[]][])("%s", (program, outputs) => {
    expect(compile(program, []).all({}, NOW)).toEqual(outputs);
  });
});

describe("what does not compile", () => {
  const cases: [text: string, message: string, offset: number, length: number, hint: string | undefined][] = [
    ["map(.a) | lenght", "lenght/0 is not defined", 10, 6, "Did you mean 'length'?"],
    ["limit(1)", "limit/1 is not defined", 0, 5, "'limit' exists as limit/2; arguments are separated by ';'"],
    [".a | ", "syntax error, unexpected end of file", 3, 1, undefined],
    ["if .a then 1", "syntax error, unexpected end of file", 11, 1, "Close every 'if' with 'end'"],
    ["def f: g; 1", "g/0 is not defined", 7, 1, undefined],
  ];
  for (const [text, message, offset, length, hint] of cases) {
    test(text, () => {
      const error = failureOf(text, []);
      expect([error.message, error.offset, error.length]).toEqual([message, offset, length]);
      expect(error.hint).toBe(hint);
    });
  }

  test("nesting beyond the parser's bound is an error, not a crash", () => {
    for (const text of ["(".repeat(5000), "[".repeat(5000), "-".repeat(5000), `${".|".repeat(5000)}.`]) {
      expect(failureOf(text, []).kind).toBe("syntax");
    }
    expect(failureOf(`1${"+1".repeat(40_000)}`, []).kind).toBe("syntax");
  });
});

describe("evaluation", () => {
  test("takes now from the caller", () => {
    expect(compile("now, (now | todate)", []).all(null, NOW)).toEqual([
      1_700_000_000.25,
      "2023-11-14T22:13:20Z",
    ]);
  });

  test("never changes its input, not even where it collects in place", () => {
    const input = { list: [3, 1, 2], map: { a: { n: 1 } } };
    const before = JSON.stringify(input);
    const programs = [
      "reduce .list[] as $x (.map; .a.n += $x)",
      "reduce .list[] as $x (.list; . + [$x])",
      ".list | sort | reverse | .[0] = 9",
      "del(.map.a.n, .list[0])",
      "(.list[], .map.a.n) |= . + 1",
      'reduce range(3) as $i (.; .map["k\\($i)"] = $i | .list[$i] = 0)',
    ];
    for (const program of programs) compile(program, []).all(input, NOW);
    expect(JSON.stringify(input)).toBe(before);
  });

  test("what a reduce collects in place is known to nobody else", () => {
    const shared = { k: [1] };
    const variables = { shared };
    const program = "reduce (1, 2, 3) as $i ({}; .a = $shared | .a.k[1] = $i | .b = $shared)";
    const made = compile(program, ["shared"]).all(null, { ...NOW, variables });
    expect(made).toEqual([{ a: { k: [1, 3] }, b: { k: [1] } }]);
    expect(shared).toEqual({ k: [1] });
  });

  test("gives back the very value that came in", () => {
    const input: Json = { big: [{ a: 1 }] };
    expect(compile(".", []).all(input, NOW)[0]).toBe(input);
    expect((compile("{copy: .big}", []).all(input, NOW)[0] as { copy: Json }).copy).toBe(input.big!);
  });

  test("results are JSON: no NaN, no infinity, no number that is not a double", () => {
    expect(compile("nan, [nan], [infinite], {a: 1.10}, 12345678901234567890", []).all(null, NOW)).toEqual([
      null,
      [null],
      [Number.MAX_VALUE],
      { a: 1.1 },
      12345678901234567000,
    ]);
  });

  test("a raised value that nothing catches becomes the message", () => {
    expect(evaluationError('error("no stock")')).toBe("no stock");
    expect(evaluationError("error({a: 1})")).toBe('(not a string): {"a":1}');
    expect(evaluationError("try halt_error catch 1", "stop")).toBe("stop");
    expect(evaluationError("input")).toBe("break");
    expect(compile("[inputs]", []).all(null, NOW)).toEqual([[]]);
  });

  test("an evaluation may happen during another, of the same program too", () => {
    const expression = compile("[range(3) as $x | $x * .n]", []);
    const seen: Json[] = [];
    const input = {
      get n() {
        if (seen.length < 2) seen.push(expression.all({ n: 10 }, NOW)[0]!);
        return 1;
      },
    };
    expect(expression.all(input, NOW)).toEqual([[0, 1, 2]]);
    expect(seen).toEqual([
      [0, 10, 20],
      [0, 10, 20],
    ]);
  });
});

function failureOf(text: string, variables: readonly string[]): ExpressionError {
  try {
    compile(text, variables);
  } catch (thrown) {
    if (thrown instanceof ExpressionError) return thrown;
    throw thrown;
  }
  throw new Error(`'${text}' compiled`);
}

function evaluationError(text: string, input: Json = null): string {
  try {
    compile(text, []).all(input, NOW);
  } catch (thrown) {
    expect(thrown).toMatchObject({ name: "ExpressionError", kind: "evaluation" });
    return (thrown as ExpressionError).message;
  }
  throw new Error(`'${text}' did not fail`);
}
