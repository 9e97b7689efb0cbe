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

for (const [name, count, samples] of corpora) {
  test.skipIf(!specIsThere)(
    `the ${name} are valid, without a warning ${specIsThere ? "" : whereToGetIt}`,
    async () => {
      const found = await samples();
      expect(found).toHaveLength(count);
      for (const sample of found) {
        const { definitions, diagnostics } = parseDefinitions(sample.name, sample.text);
        expect({ name: sample.name, diagnostics: brief(diagnostics) }).toEqual({
          name: sample.name,
          diagnostics: [],
        });
        expect(definitions).toHaveLength(1);
      }
    },
  );
}
