import { expect, test } from "bun:test";
import { parseDefinitions } from "../../src/dsl/definition.ts";
import { specIsThere, whereToGetIt } from "../conformance/spec.ts";
import { brief } from "./brief.ts";
import { examples, kitDefinitions, referenceDefinitions, type Sample } from "./corpus.ts";

const corpora: readonly (readonly [string, number, () => Promise<Sample[]>])[] = [
  ["68 examples of the specification", 68, examples],
  ["21 definitions of the Conformance Test Kit", 21, kitDefinitions],
  ["39 complete definitions of the reference", 39, referenceDefinitions],
];

function inShell(place: string): string {
  const said = '"${ ." belongs to the shell here, it is no expression';
  return `?${place} ${said} — Hand the value over in "environment" or "arguments"`;
}

/** `error: $error` where only `${ $error }` would be an expression (ruling 2); one within a shell command (ruling 3). */
const slips: Readonly<Record<string, string[]>> = {
  "dsl-reference.md block 15": [inShell("22:34+4")],
  "dsl-reference.md block 34": [inShell("28:34+4")],
  "examples/try-catch-then.yaml": [
    '?30:24+6 "$error" is text here, not an expression — If it is meant as one, write ${ $error }',
  ],
};

for (const [name, count, samples] of corpora) {
  test.skipIf(!specIsThere)(`the ${name} are valid ${specIsThere ? "" : whereToGetIt}`, async () => {
    const found = await samples();
    expect(found).toHaveLength(count);
    for (const sample of found) {
      const { definitions, diagnostics } = parseDefinitions(sample.name, sample.text);
      expect({ name: sample.name, diagnostics: brief(diagnostics) }).toEqual({
        name: sample.name,
        diagnostics: slips[sample.name] ?? [],
      });
      expect(definitions).toHaveLength(1);
    }
  });
}
