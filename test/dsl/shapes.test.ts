import { expect, test } from "bun:test";
import { diagnose, head } from "./brief.ts";
import { golden } from "./golden.ts";

test.each(golden("shapes"))("%s", (_, { text, expected }) => {
  expect(diagnose(head + text)).toEqual([...expected]);
});

test("a version that YAML reads as a number is told to be quoted", () => {
  expect(diagnose("document: { dsl: 1.0, namespace: a, name: b, version: 1.0 }\ndo: []\n")).toEqual([
    '1:18+3 "dsl" must be a string, not the number 1 — Quote it: "1.0"',
    '1:55+3 "version" must be a string, not the number 1 — Quote it: "1.0"',
  ]);
});

test("names of workflows are labels", () => {
  const label = "letters, digits and hyphens, at most 63, with a letter or digit at both ends";
  expect(
    diagnose(
      `document: { dsl: 1.0.3, namespace: my.space, name: ${"x".repeat(64)}, version: 1.0.0 }\ndo: []\n`,
    ),
  ).toEqual([
    `1:36+8 "namespace" must be ${label}, not "my.space"`,
    `1:52+64 "name" must be ${label}, not "${"x".repeat(64)}"`,
  ]);
});

const durations = ["PT30S", "P1Y2M3W4DT5H6M7.5S", "P1D", "PT0.5S", "${ .wait }"];
const notDurations = ["P", "PT", "P1S", "1H", "PT-1S", "P1DT", "pt1s", ""];

test("ISO 8601 durations", () => {
  const verdict = (text: string) =>
    diagnose(`${head}do: [{ a: { wait: ${JSON.stringify(text)} } }]`).length === 0;
  expect(durations.filter(verdict)).toEqual(durations);
  expect(notDurations.filter(verdict)).toEqual([]);
});
