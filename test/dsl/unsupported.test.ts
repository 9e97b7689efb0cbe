import { expect, test } from "bun:test";
import { parseDefinitions, unsupported } from "../../src/dsl/definition.ts";
import { brief, head } from "./brief.ts";
import { golden } from "./golden.ts";

/** What follows the head begins on line 5. */
function gaps(text: string): string[] {
  const { definitions, diagnostics } = parseDefinitions("sample.yaml", head + text);
  expect(brief(diagnostics)).toEqual([]);
  return definitions.flatMap((definition) => brief(unsupported(definition)));
}

test.each(golden("unsupported"))("%s", (_, { text, expected }) => {
  expect(gaps(text)).toEqual([...expected]);
});

test("basic and bearer authentication, and everything else of the first half, can be run", () => {
  const authenticated = (authentication: string) =>
    `- a: { call: http, with: { method: get, endpoint: { uri: u, authentication: ${authentication} } } }\n`;
  expect(gaps(`do:\n${authenticated("{ basic: { username: u, password: p } }")}`)).toEqual([]);
  expect(gaps(`do:\n${authenticated("{ bearer: { token: '${ .t }' } }")}`)).toEqual([]);
  expect(
    gaps("do:\n- a: { run: { shell: { command: ls } } }\n- b: { emit: { event: { with: { type: t } } } }\n"),
  ).toEqual([]);
});

test("ruling 38: another expression language is valid, its expressions are not checked, and it cannot be run", () => {
  const other = "evaluate: { language: js }\ndo:\n- a: { if: 'x => 1', set: { b: '${ ( }' } }\n";
  expect(gaps(other)).toEqual(['5:13+8 "language: js" is not supported yet']);
});
