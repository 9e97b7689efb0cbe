import { afterAll, expect, test } from "bun:test";
import { Place } from "./pawl.ts";

const place = new Place();
afterAll(() => place.close());
const pawl = (...words: string[]) => place.pawl(["eval", ...words]);

test.each([
  [[".a + .b", "-i", '{"a": 1, "b": 2}'], "3\n"],
  [
    [".[]", "-i", '[12345678901234567890, "x", {"b": 1, "a": null}]'],
    '12345678901234567890\n"x"\n{"b":1,"a":null}\n',
  ],
  [["."], "null\n"],
  [["empty"], ""],
  [["${ $user.name }", "--arg", 'user={"name": "Ada"}'], '"Ada"\n'],
  [["[$a, $b]", "--arg", "a=1", "--arg", "$b=[2]"], "[1,[2]]\n"],
  [["--", "-1"], "-1\n"],
])("%j", async (words, stdout) => {
  expect(await pawl(...words)).toEqual({ code: 0, stdout, stderr: "" });
});

test("input from a file and from stdin", async () => {
  await place.file("data.json", '{"a": [1, 2]}');
  expect((await pawl(".a[1]", "-i", "@data.json")).stdout).toBe("2\n");
  expect((await place.pawl(["eval", ".a[0]", "-i", "-"], { stdin: '{"a": [1, 2]}' })).stdout).toBe("1\n");
});

test.each([
  [['error("no")'], "error: no\n"],
  [[".a", "-i", "[1]"], "error: Cannot index array with"],
  [["last(range(1e9))"], "error: Expression takes too many steps"],
])("an evaluation that fails exits 1: %j", async (words, said) => {
  const { stdout, stderr, code } = await pawl(...words);
  expect([stdout, code]).toEqual(["", 1]);
  expect(stderr).toStartWith(said);
});

test.each([
  [[".a +\n  | 2"], "at line 2, column 3\n    | 2\n    ^\n"],
  [["$usr", "--arg", "user=1"], "at line 1, column 1\n  $usr\n  ^^^^\nhint: Did you mean '$user'?\n"],
  [["lenght"], "at line 1, column 1\n  lenght\n  ^^^^^^\n"],
  [["."].concat("--arg", "x"), '"x" is not a variable'],
  [["."].concat("--arg", "x={"), "The value of $x is not JSON: it ends too early"],
  [[".", "-i", "{"], "The input is not JSON: it ends too early at line 1, column 2\n  {\n   ^\n"],
])("what cannot be read exits 2: %j", async (words, said) => {
  const { stdout, stderr, code } = await pawl(...words);
  expect([stdout, code]).toEqual(["", 2]);
  expect(stderr).toContain(said);
});
