import { describe, expect, test } from "bun:test";
import { compile, evaluateToText, parseJsonText } from "../../src/expression/compile.ts";
import { type Evaluation, ExpressionError } from "../../src/expression/expression.ts";
import { DEFAULT_LIMITS } from "../../src/expression/run.ts";
import { type JqCase, readSuite, WHERE_TO_GET_THEM } from "./jq-cases.ts";
import leftOut from "./jq-left-out.json";

const SUITES = ["jq", "man", "manonig", "onig", "base64", "uri", "optional"];

/** jq runs its suites with a pager in the environment; here `$ENV` is whatever the caller gives by that name. */
const EVALUATION: Evaluation = {
  variables: { ENV: { PAGER: "less" } },
  nowMs: 1_700_000_000_000,
  // One case formats the days of 67 years, four times each.
  limits: { ...DEFAULT_LIMITS, steps: 10 * DEFAULT_LIMITS.steps },
};

const REASONS = new Map(leftOut.map(({ suite, program, reason }) => [`${suite}: ${program}`, reason]));

for (const suite of SUITES) {
  const cases = readSuite(suite);
  describe(`jq's ${suite}.test`, () => {
    if (cases === null) {
      test.skip(WHERE_TO_GET_THEM, () => {});
      return;
    }
    for (const each of cases) {
      const name = `line ${each.line}: ${each.program}`;
      const reason = REASONS.get(`${suite}: ${each.program}`);
      if (reason === undefined) test(name, () => check(each));
      else test.failing(`${name} (left out: ${reason})`, () => check(each));
    }
  });
}

test("every case that is left out exists in jq's suites", () => {
  const programs = new Set(
    SUITES.flatMap((suite) => (readSuite(suite) ?? []).map((each) => `${suite}: ${each.program}`)),
  );
  if (programs.size > 0) expect([...REASONS.keys()].filter((key) => !programs.has(key))).toEqual([]);
});

function check(each: JqCase): void {
  if (each.failure !== null) {
    checkFailure(each);
    return;
  }
  const expression = compile(each.program, ["ENV"]);
  const expected = each.outputs.map((output) => parseJsonText(output));
  const input = parseJsonText(each.input.replace(/^\uFEFF/, ""));
  const found = evaluateUntilError(each.program, input);
  expect(found.length).toBe(expected.length);
  for (const [i, output] of found.entries()) {
    // Compared by jq's own equality: 1.0 is 1, the order of fields does not count.
    const same = compile("$found == $expected", ["found", "expected"]);
    const variables = { found: parseJsonText(output), expected: expected[i] } as Evaluation["variables"];
    if (same.all(null, { variables, nowMs: 0 })[0] !== true) expect(output).toBe(each.outputs[i]!);
  }
  expect(expression.text).toBe(each.program);
}

/** jq's suites compare what came out before an error; so the outputs are collected one by one. */
function evaluateUntilError(program: string, input: ReturnType<typeof parseJsonText>): string[] {
  try {
    return evaluateToText(compile(program, ["ENV"]), input, EVALUATION);
  } catch (thrown) {
    if (!(thrown instanceof ExpressionError) || thrown.kind !== "evaluation") throw thrown;
    const until = compile(`try (${program}) catch empty`, ["ENV"]);
    return evaluateToText(until, input, EVALUATION);
  }
}

function checkFailure(each: JqCase): void {
  let error: unknown;
  try {
    compile(each.program, []);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(ExpressionError);
  if (!each.ignoresMessage)
    expect(`${jqMessage(each.program, error as ExpressionError)}`).toBe(each.failure!);
}

/** The error as jq prints it, with the line and a caret under every byte it is about. */
function jqMessage(program: string, { message, offset = 0, length = 0 }: ExpressionError): string {
  const column = Buffer.byteLength(program.slice(0, offset)) + 1;
  const carets = "^".repeat(Math.max(1, Buffer.byteLength(program.slice(offset, offset + length))));
  const place = `at <top-level>, line 1, column ${column}:`;
  return `jq: error: ${message} ${place}\n    ${program}\n    ${" ".repeat(column - 1)}${carets}`;
}
