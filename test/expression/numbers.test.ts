import { describe, expect, test } from "bun:test";
import { compile, evaluateToText, parseJsonText } from "../../src/expression/compile.ts";

/** Program, input, outputs as text. */
const CASES: [program: string, input: string, outputs: string[]][] = [
  [".", "100000000000000000001", ["100000000000000000001"]],
  [".[0]", "[1.000, 2]", ["1.000"]],
  [". + 0", "100000000000000000001", ["1e+20"]],
  ["-.", "0.12345678901234567890123", ["-0.12345678901234567890123"]],
  ["., . * 1", "1E+1000", ["1E+1000", "1.7976931348623157e+308"]],
  [". == 100000000000000000000", "100000000000000000001", ["false"]],
  ["[., 1] | sort", "0.99999999999999999999", ["[0.99999999999999999999,1]"]],
  ["tojson | fromjson", "[12345678901234567890]", ["[12345678901234567890]"]],
  ["1e2, 100, 1.50", "null", ["1E+2", "100", "1.50"]],
  [
    "0.1 + 0.2, 1 / 3, 1e15 + 0, 1e16 + 0, 1e17 + 1",
    "null",
    ["0.30000000000000004", "0.3333333333333333", "1000000000000000", "1e+16", "1e+17"],
  ],
  ["0.0001 + 0, 0.00001 + 0, 123456789012345678 + 0", "null", ["0.0001", "1e-05", "123456789012345680"]],
  ["0 * -1, -0, nan, infinite", "null", ["-0", "0", "null", "1.7976931348623157e+308"]],
];

describe("numbers stay as they were written until somebody calculates with them", () => {
  for (const [program, input, outputs] of CASES) {
    test(`${program} of ${input}`, () => {
      const evaluation = { variables: {}, nowMs: 0 };
      expect(evaluateToText(compile(program, []), parseJsonText(input), evaluation)).toEqual(outputs);
    });
  }

  test("input that is no JSON is refused with jq's words", () => {
    expect(() => parseJsonText('{"a": tru}')).toThrow(
      "Invalid literal at line 1, column 10 (while parsing '{\"a\": tru}')",
    );
    expect(() => parseJsonText("[1,")).toThrow("Unfinished JSON term at EOF at line 1, column 3");
  });
});
