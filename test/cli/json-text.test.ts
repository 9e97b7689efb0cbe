import { expect, test } from "bun:test";
import { caret } from "../../src/cli/caret.ts";
import { findJsonError, findLoneSurrogate } from "../../src/cli/json-scanner.ts";
import { parseJson } from "../../src/cli/json-text.ts";
import { Failure } from "../../src/failure.ts";

const wrong: [text: string, offset: number, message: string][] = [
  ["", 0, "it ends too early"],
  ['{"a": 1', 7, "it ends too early"],
  ["{a: 1}", 1, 'expected a key in double quotes, found "a"'],
  ['{"a" 1}', 5, 'expected ":", found "1"'],
  ['{"a": 1 "b": 2}', 8, 'expected "," or "}", found "\\""'],
  ["[1 2]", 3, 'expected "," or "]", found "2"'],
  ["[1,]", 3, 'expected a value, found "]"'],
  ['{"a": 1,}', 8, 'expected a key in double quotes, found "}"'],
  ["01", 0, 'expected a value, found "0"'],
  ["1 2", 2, 'unexpected "2" after the end'],
  ["nul", 0, 'expected a value, found "n"'],
  ["'a'", 0, `expected a value, found "'"`],
  ['["a', 1, "a string that is not closed, or has a bad escape"],
  ['["\\x"]', 1, "a string that is not closed, or has a bad escape"],
  ['["\n"]', 1, "a string that is not closed, or has a bad escape"],
  ["[1}", 2, 'expected "," or "]", found "}"'],
  ["]", 0, 'expected a value, found "]"'],
  ["\ufeff1", 0, 'expected a value, found "\ufeff"'],
];

test.each(wrong)("%j is told where it goes wrong", (text, offset, message) => {
  expect(findJsonError(text)).toEqual({ offset, message });
  expect(() => JSON.parse(text)).toThrow();
});

test.each(['{"a":[1,-2.5e+3,"\\u00e9\\"",true,false,null,{}],"":[[]]}', " 0 ", '"\x7f"', "-0"])(
  "%j is JSON",
  (text) => {
    expect(findJsonError(text)).toBeUndefined();
    expect(() => JSON.parse(text)).not.toThrow();
  },
);

test("depth is no obstacle to the scanner", () => {
  expect(findJsonError("[".repeat(1_000_000))?.offset).toBe(1_000_000);
});

test("the error of parseJson has line, column and a picture", () => {
  try {
    parseJson({ text: '{\n  "a": oops\n}', name: "The input" });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    expect((error as Failure).message).toBe(
      'The input is not JSON: expected a value, found "o" at line 2, column 8\n    "a": oops\n         ^',
    );
  }
});

test.each([
  ['"\\ud800"', 1],
  ['["ok", "\\udc00\\ud800"]', 8],
  ['{"\\uD83D": 1}', 2],
  ['"\\\\ud800\\ud800"', 8],
  [`"${String.fromCharCode(0xd800)}"`, 1],
])("%j has half of a character", (text, offset) => {
  expect(findLoneSurrogate(text)?.offset).toBe(offset);
  expect(() => parseJson({ text, name: "The input" })).toThrow(
    `The input is not Unicode: ${findLoneSurrogate(text)!.message} at line 1, column ${offset + 1}`,
  );
});

test.each(['"\\ud83d\\ude00 \\\\ud800 😀"', '"\\u0800 \\\\"', "1"])("%j has whole characters", (text) => {
  expect(findLoneSurrogate(text)).toBeUndefined();
  expect(parseJson({ text, name: "The input" })).toEqual(JSON.parse(text));
});

test("the caret stays in sight on a long line and under wide characters", () => {
  const long = caret(`${"x".repeat(500)}!${"y".repeat(500)}`, 500, 1);
  expect(long.column).toBe(501);
  const [source, marks] = long.picture.split("\n");
  expect(source!.length).toBeLessThan(110);
  expect(source!.indexOf("!")).toBe(marks!.indexOf("^"));
  expect(caret("漢字 !", 3, 1).picture).toBe("  漢字 !\n       ^");
});
