import { expect, test } from "bun:test";
import { parseDefinitions } from "../../src/dsl/definition.ts";
import { diagnose, head } from "./brief.ts";

const table: readonly (readonly [name: string, text: string, ...expected: string[]])[] = [
  [
    "nothing",
    "",
    '1:1+1 There is no definition in this file — A definition begins with "document:" and "do:"',
  ],
  [
    "only a comment",
    "# hello\n---\n",
    '1:1+1 There is no definition in this file — A definition begins with "document:" and "do:"',
  ],
  ["not a mapping", "hello there", '1:1+11 A definition must be a mapping, not "hello there"'],
  ["a list", "- a\n- b\n", "1:1+3 A definition must be a mapping, not a list"],
  [
    "an open bracket",
    "a: [1",
    '1:4+1 Not valid YAML: this "[" has no "]" — Close it, and indent what is in it',
  ],
  [
    "an open brace within brackets",
    "a: 1\nb: [{c: [1]},\n  {d: [2], e: 3\nf: 4\n",
    '3:3+1 Not valid YAML: this "{" has no "}" — Close it, and indent what is in it',
  ],
  [
    "the wrong bracket in JSON",
    '{"a":\n [1, 2}\n',
    '2:2+1 Not valid YAML: this "[" has no "]" — Close it, and indent what is in it',
  ],
  ["an open quote", 'a: 1\nb: "x\nc: 2\n', '2:4+1 Not valid YAML: this string has no end — Close it with "'],
  ["an open single quote", "b: 'it''s\n", "1:4+1 Not valid YAML: this string has no end — Close it with '"],
  ["a tab", "a:\n\tb: 1\n", "2:1+1 Not valid YAML: a tab is used for indentation — Indent with spaces"],
  [
    "a colon in a value",
    "a: b: c",
    "1:4+1 Not valid YAML: nested mappings are not allowed in compact mappings — " +
      'Put a value that contains ": " in quotes',
  ],
  [
    "a tag",
    "a: !secret x",
    '1:4+7 Tag "!secret" is not supported — Only values that JSON has can stand in a definition',
  ],
  [
    "binary",
    "a: !!binary aGk=",
    '1:4+8 Tag "!!binary" is not supported — Only values that JSON has can stand in a definition',
  ],
  ["infinity", "a: .inf", '1:4+4 ".inf" is not a value that JSON has'],
  ["a key given twice", "a: 1\nb: 2\na: 3\n", '3:1+1 Key "a" is given twice, the first time on line 1'],
  ["a number as key", "404: x", '1:1+3 A key must be a string — Quote it: "404"'],
  ["a list as key", "? [a]\n: 1\n", "1:3+3 A key must be a string"],
  ["an alias without anchor", "a: *b", '1:4+2 Alias "*b" has no anchor "&b" before it'],
  ["an alias inside its anchor", "a: &a [*a]", '1:8+2 Alias "*a" stands inside its own anchor'],
  [
    "a control character",
    "a: b\u0007",
    '1:5+1 Control character U+0007 is not allowed — Write it as an escape in double quotes, e.g. "\\u0000"',
  ],
  [
    "a merge key",
    `${head}<<: {}\ndo: []\n`,
    '?5:1+2 Unknown key "<<" in a definition — YAML 1.2 has no merge keys: write the keys out',
  ],
];

test.each(table)("%s", (_, text, ...expected) => {
  expect(diagnose(text)).toEqual(expected);
});

test("invalid UTF-8 is told with its byte and its place", () => {
  const bytes = (...parts: (string | number)[]) =>
    Uint8Array.from(
      parts.flatMap((part) => (typeof part === "string" ? [...new TextEncoder().encode(part)] : [part])),
    );
  expect(diagnose(bytes("a\né", 0xff, "b"))).toEqual([
    "2:2+1 Not valid UTF-8: unexpected byte 0xff at offset 4 — Save the file as UTF-8",
  ]);
  expect(diagnose(bytes("a\nb", 0xe2, 0x82))).toEqual([
    "2:2+1 Not valid UTF-8: unexpected byte 0xe2 at offset 3 — Save the file as UTF-8",
  ]);
  expect(diagnose(bytes(0xff, 0xfe, "a"))).toEqual([
    "1:1+1 Not valid UTF-8: unexpected byte 0xff at offset 0 — Save the file as UTF-8",
  ]);
  expect(diagnose(bytes(0xc3, 0x28))).toEqual([
    "1:1+1 Not valid UTF-8: unexpected byte 0xc3 at offset 0 — Save the file as UTF-8",
  ]);
});

test("a byte order mark and Windows line ends change nothing", () => {
  const text = `\ufeff${head}do: [{ a: { set: { x: 1 }, then: b } }]\n`.replaceAll("\n", "\r\n");
  expect(diagnose(text)).toEqual([
    '5:34+1 There is no task "b" in the list of "a" — "then" can be: a, continue, exit, end',
  ]);
  expect(diagnose(new TextEncoder().encode(text))).toEqual(diagnose(text));
});

test("JSON indented with tabs is read, and places in it are right", () => {
  const value = { document: { dsl: "1.0.3", namespace: "a", name: "b", version: "1" }, do: [] };
  expect(diagnose(JSON.stringify(value, null, "\t"))).toEqual([
    '6:14+3 "version" must be a semantic version such as "1.0.0", not "1"',
  ]);
});

test("a %YAML 1.1 directive does not turn words into booleans", () => {
  const { definitions } = parseDefinitions(
    "a.yaml",
    `%YAML 1.1\n---\n${head}do: [{ a: { set: { on: yes } } }]\n`,
  );
  expect(definitions[0]?.document.do).toEqual([{ a: { set: { on: "yes" } } }]);
});

test("anchors and aliases stand for the value, and errors in it are told at the anchor", () => {
  const text = `${head}do:\n- a: &task\n    set: { x: 1 }\n    then: b\n- b: *task\n`;
  expect(parseDefinitions("a.yaml", text).definitions[0]?.document.do).toEqual([
    { a: { set: { x: 1 }, then: "b" } },
    { b: { set: { x: 1 }, then: "b" } },
  ]);
  expect(diagnose(text.replace("then: b", "then: c"))[0]).toStartWith('8:11+1 There is no task "c"');
});

test("__proto__ is a key like any other", () => {
  const { definitions } = parseDefinitions(
    "a.yaml",
    `${head}do: [{ a: { set: { __proto__: { x: 1 } } } }]\n`,
  );
  const task = definitions[0]?.document.do[0]?.["a"] as { set: object };
  expect(Object.keys(task.set)).toEqual(["__proto__"]);
  expect(JSON.stringify(task.set)).toBe('{"__proto__":{"x":1}}');
});
