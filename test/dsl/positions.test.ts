import { expect, test } from "bun:test";
import { parseDefinitions } from "../../src/dsl/definition.ts";
import { Positions } from "../../src/dsl/source/positions.ts";
import { head } from "./brief.ts";

test("a definition tells where everything is, or what is nearest", () => {
  const text = `${head}do:\n- a:\n    set:\n      "10": x\n      "9": y\n      z~/: 1\n- b:\n    wait: {\n      seconds: 1 }\n`;
  const [definition] = parseDefinitions("a.yaml", text).definitions;
  const at = (pointer: string) => {
    const { line, column } = definition!.position(pointer);
    return `${line}:${column}`;
  };
  expect(["/do/0/a", "/do/0/a/set/10", "/do/0/a/set/9", "/do/0/a/set/z~0~1"].map(at)).toEqual([
    ...["6:3", "8:7", "9:7", "10:7"],
  ]);
  expect(["", "/document/name", "/do/1/b", "/do/1/b/wait/seconds"].map(at)).toEqual([
    ...["1:1", "3:5", "11:3", "13:7"],
  ]);
  expect(["/do/7", "/do/1/b/wait/seconds/x", "/stranger/x"].map(at)).toEqual(["5:1", "13:7", "1:1"]);
});

test("what an alias brings along stands where the alias does", () => {
  const place = { start: 3, end: 5, children: new Map([["a", { start: 4, end: 5 }]]) };
  const positions = Positions.of({ a: { b: 1 } }, place);
  expect(positions.offset({ a: { b: 1 } }, "/a/b")).toBe(4);
});
