import { describe, expect, test } from "bun:test";
import { ExpressionError } from "../../src/expression/expression.ts";
import { compileRegex, type RegexMatch } from "../../src/expression/regex/regex.ts";
import { Oracle } from "./jq-wasm.ts";
import cases from "./regex-cases.json";

const free = () => {};

/** Spends from a budget, as an evaluation does. */
function budget(steps: number): (spent: number) => void {
  let left = steps;
  return (spent) => {
    left -= spent;
    if (left < 0) throw new RangeError("Out of steps");
  };
}

function matches(pattern: string, text: string, flags = "g"): string[] {
  return [...compileRegex(pattern, flags).matches(text, free)].map((match) => match.string);
}

/** All matches, or the message of the error. */
function outcome(pattern: string, text: string, flags: string): unknown {
  try {
    return [...compileRegex(pattern, flags).matches(text, free)].map(canonical);
  } catch (error) {
    if (error instanceof ExpressionError) return error.message;
    throw error;
  }
}

function canonical({ offset, length, string, captures }: RegexMatch): unknown {
  return {
    offset,
    length,
    string,
    captures: captures.map((each) => [each.name, each.offset, each.length, each.string]),
  };
}

test("Patterns of all kinds match as they do in jq", async () => {
  const oracle = await Oracle.load();
  const program = ".[] | . as [$p, $t, $f] | try [$t | match($p; $f)] catch .";
  const expected = (await oracle.outputs(program, cases))!.map((line) => JSON.parse(line));
  expect(expected).toHaveLength(cases.length);
  for (const [index, [pattern, text, flags]] of (cases as [string, string, string][]).entries()) {
    const jq = expected[index];
    const wanted = typeof jq === "string" ? jq : (jq as RegexMatch[]).map(canonical);
    expect({ pattern, text, flags, is: outcome(pattern, text, flags) }).toEqual({
      pattern,
      text,
      flags,
      is: wanted,
    });
  }
});

describe("Bounded", () => {
  test("A pattern that makes other engines give up, or a wrong answer, is answered", () => {
    const regex = compileRegex("^(?:(a+)+c|a+b)$", "");
    expect(regex.match(`${"a".repeat(40)}b`, 0, budget(100_000))?.length).toBe(41);
  });

  test("Nested repetitions that cannot match are found out within few steps", () => {
    for (const pattern of ["(a+)+$", "^(a|aa)+$", "(?:a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$"]) {
      expect(compileRegex(pattern, "").match(`${"a".repeat(200)}!`, 0, budget(1_000_000))).toBeNull();
    }
  });

  test("Where ways must be tried one by one, the budget ends it", () => {
    const regex = compileRegex("^(a+)+\\1$", "");
    expect(() => regex.match(`${"a".repeat(60)}!`, 0, budget(1_000_000))).toThrow("Out of steps");
  });

  test("A long text takes no stack of the host", () => {
    const text = "ab".repeat(150_000);
    expect(compileRegex("^(?:a|b)*$", "").match(text, 0, free)?.length).toBe(text.length);
    expect(compileRegex("^.*?b$", "").match(text, 0, free)?.length).toBe(text.length);
  });

  test("A recursion without end in the text ends at the bound of memory", () => {
    const regex = compileRegex("\\((?:[^()]|\\g<0>)*\\)", "");
    expect(() => regex.match("(".repeat(2_000_000), 0, free)).toThrow("takes too much memory");
  });

  test("A pattern that is too long is refused", () => {
    expect(() => compileRegex("a".repeat(20_001), "")).toThrow("longer than 20000 characters");
  });

  test("A pattern nested too deeply is refused", () => {
    const deep = `${"(".repeat(5000)}a${")".repeat(5000)}`;
    expect(() => compileRegex(deep, "")).toThrow("Regex failure: parse depth limit over");
  });
});

describe("Codepoints", () => {
  test("Offsets and lengths count codepoints, not UTF-16 units", () => {
    expect(compileRegex("b(.)", "").match("😀b😀c", 0, free)).toEqual({
      offset: 1,
      length: 2,
      string: "b😀",
      captures: [{ offset: 2, length: 1, string: "😀", name: null }],
    });
  });

  test("A search may begin at any codepoint", () => {
    expect(compileRegex("😀", "").match("😀😀", 1, free)?.offset).toBe(1);
    expect(compileRegex("\\Ga", "").match("ba", 1, free)?.offset).toBe(1);
  });
});

describe("Where we differ from jq", () => {
  test("A POSIX-like class does not match several characters for one that folds to them", () => {
    expect(matches("[ß]", "ss", "gi")).toEqual([]);
  });

  test("Lookbehind may be of any length and have anything in it", () => {
    expect(matches("(?<=a|xyz+)b", "ab xyzzb yb")).toEqual(["b", "b"]);
    expect(matches("(?<!(?=x)\\w+ )b", "xa b b")).toEqual(["b"]);
    expect(matches("(?<=\\R)b", "a\r\nb")).toEqual(["b"]);
  });

  test("What groups matched around an empty match is told", () => {
    expect(compileRegex("(?=(b))", "").match("ab", 0, free)?.captures[0]?.string).toBe("b");
  });

  test("Empty matches are one for each codepoint, not for each byte", () => {
    expect(matches("", "é😀")).toEqual(["", "", ""]);
  });

  test("Names of Unicode blocks are not known", () => {
    expect(() => compileRegex("\\p{InBasicLatin}", "")).toThrow(
      "invalid character property name {InBasicLatin}",
    );
  });

  test("Range cutters are not supported", () => {
    expect(() => compileRegex("(?~|a)", "")).toThrow("invalid absent group pattern");
  });
});

test("An unknown flag is refused as jq does it", () => {
  expect(() => compileRegex("a", "gq")).toThrow("gq is not a valid modifier string");
});
