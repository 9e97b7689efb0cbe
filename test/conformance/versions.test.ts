import { expect, test } from "bun:test";
import { parseDefinitions } from "../../src/dsl/definition.ts";

/** Severity and message of what is said about a definition, and whether it is one. */
function judged(dsl: string, more = "") {
  const text = `document: { dsl: '${dsl}', namespace: a, name: b, version: '1.0.0' }\ndo: [{ t: { set: { a: 1 } } }]\n${more}`;
  const { definitions, diagnostics } = parseDefinitions("a.yaml", text);
  const said = diagnostics.map(
    ({ severity, line, message, hint }) => `${severity} ${line}: ${message} ${hint ?? ""}`,
  );
  return { accepted: definitions.length === 1, said };
}

test.each(["1.0.0", "1.0.1", "1.0.2", "1.0.3"])("ruling 12: DSL %s", (dsl) => {
  expect(judged(dsl)).toEqual({ accepted: true, said: [] });
});

test.each([
  ["ruling 12: a newer minor is a warning", "1.1.0", true, 'warning 1: DSL version "1.1.0" is newer'],
  ["ruling 12: the old format is an error", "0.8", false, "error 1: This is a definition of the old format"],
  [
    "ruling 12a: an alpha is a warning",
    "1.0.0-alpha5",
    true,
    'warning 1: DSL version "1.0.0-alpha5" is a preview',
  ],
])("%s", (_, dsl, accepted, start) => {
  const answer = judged(dsl);
  expect(answer.accepted).toBe(accepted);
  expect(answer.said).toHaveLength(1);
  expect(answer.said[0]).toStartWith(start);
});

test("ruling 13: an unknown key at the root is a warning with the nearest one; below it is an error", () => {
  expect(judged("1.0.3", "timeuot: { after: PT1S }\n")).toEqual({
    accepted: true,
    said: ['warning 3: Unknown key "timeuot" in a definition Did you mean "timeout"?'],
  });
  const below = judged("1.0.3", "timeout: { aftr: PT1S }\n");
  expect(below.accepted).toBe(false);
  expect(below.said.join()).toContain("error 3: ");
  expect(below.said.join()).toContain('Did you mean "after"?');
});
