import { expect, test } from "bun:test";
import { diagnose, head } from "./brief.ts";
import { golden } from "./golden.ts";

test.each(golden("flow"))("%s", (_, { text, expected }) => {
  expect(diagnose(head + text)).toEqual([...expected]);
});

const version = (dsl: string) =>
  diagnose(`document: { dsl: '${dsl}', namespace: a, name: b, version: 1.0.0 }\ndo: []\n`);

test("rulings 12 and 12a: versions of the DSL", () => {
  for (const dsl of ["1.0.0", "1.0.1", "1.0.2", "1.0.3"]) expect(version(dsl)).toEqual([]);
  expect(version("1.1.0")).toEqual([
    '?1:18+7 DSL version "1.1.0" is newer than 1.0.3: what it adds is not known here',
  ]);
  expect(version("1.0.0-alpha5")).toEqual([
    '?1:18+14 DSL version "1.0.0-alpha5" is a preview, read as 1.0.3',
  ]);
  expect(version("2.0.0")).toEqual([
    '1:18+7 DSL version "2.0.0" is not supported — Supported are 1.0.0 to 1.0.3',
  ]);
});

test("ruling 12: the old format is told by its name, and nothing else is told", () => {
  const old =
    "This is a definition of the old format, Serverless Workflow 0.x — " +
    'Rewrite it for the DSL 1.0.0 to 1.0.3: tasks under "do" in place of states';
  expect(diagnose("id: greet\nspecVersion: '0.8'\nstates: []\n")).toEqual([`2:1+11 ${old}`]);
  expect(version("0.8")).toEqual([`1:13+3 ${old}`]);
});
