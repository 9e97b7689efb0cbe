import { expect, test } from "bun:test";
import { type Definition, parseDefinitions } from "../../src/dsl/definition.ts";
import { head } from "./brief.ts";

function parseOne(text: string): Definition {
  const { definitions, diagnostics } = parseDefinitions("sample.yaml", text);
  expect(diagnostics).toEqual([]);
  return definitions[0]!;
}

test("a JSON pointer leads to the key, the item, or the nearest ancestor", () => {
  const { position } = parseOne(`${head}do:\n  - "a/b~c":\n      set:\n        x: [1, { y: 2 }]\n`);
  expect(position("")).toEqual({ line: 1, column: 1 });
  expect(position("/document/name")).toEqual({ line: 3, column: 5 });
  expect(position("/do/0")).toEqual({ line: 6, column: 5 });
  expect(position("/do/0/a~1b~0c")).toEqual({ line: 6, column: 5 });
  expect(position("/do/0/a~1b~0c/set/x")).toEqual({ line: 8, column: 9 });
  expect(position("/do/0/a~1b~0c/set/x/1")).toEqual({ line: 8, column: 16 });
  expect(position("/do/0/a~1b~0c/set/x/1/y")).toEqual({ line: 8, column: 18 });
  expect(position("/do/0/a~1b~0c/set/nope/deeper")).toEqual({ line: 7, column: 7 });
  expect(position("/do/7/x")).toEqual({ line: 5, column: 1 });
});

test("columns count characters, not UTF-16 units", () => {
  const { position } = parseOne(`${head}do: [{ "\u{1f600}é": { set: { x: 1 } } }]\n`);
  expect(position("/do/0/\u{1f600}é/set")).toEqual({ line: 5, column: 16 });
});

test("several documents of a file keep their own text, and the lines of the file", () => {
  const document = (name: string) => `${head.replace("sample", name)}do:\n- ${name}: { set: { x: 1 } }\n`;
  const { definitions } = parseDefinitions(
    "all.yaml",
    `---\n${document("one")}---\n${document("two")}---\n# nothing\n`,
  );
  expect(definitions.map((definition) => definition.document.document.name)).toEqual(["one", "two"]);
  const [one, two] = definitions as [Definition, Definition];
  expect(one.text).not.toContain("two");
  expect(two.text).not.toContain("one");
  expect(two.position("/do/0/two")).toEqual({ line: 14, column: 3 });
  const again = parseOne(two.text);
  expect(again.revision).toBe(two.revision);
  expect(again.position("/do/0/two")).toEqual({ line: 14, column: 3 });
});

test("an error in one document of a file means that there are no definitions", () => {
  const { definitions, diagnostics } = parseDefinitions("all.yaml", `${head}do: []\n---\n${head}do: {}\n`);
  expect(definitions).toEqual([]);
  expect(diagnostics.map(({ line }) => line)).toEqual([11]);
});

test("a warning does not keep a definition from being used", () => {
  const { definitions, diagnostics } = parseDefinitions("a.yaml", `${head}do: []\nextra: 1\n`);
  expect(definitions).toHaveLength(1);
  expect(diagnostics.map(({ severity }) => severity)).toEqual(["warning"]);
});
