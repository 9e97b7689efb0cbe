import { expect, setDefaultTimeout, test } from "bun:test";
import { parseDefinitions, unsupported } from "../../src/dsl/definition.ts";
import { prepare } from "../../src/workflow/interpreter.ts";
import { specIsThere, whereToGetIt } from "../conformance/spec.ts";
import { asJson, examples, kitDefinitions, referenceDefinitions } from "./corpus.ts";
import { mutate, Random } from "./mutation.ts";

setDefaultTimeout(600_000);
const rounds = process.env["PAWL_SOAK"] === "1" ? 20_000 : 600;

test.skipIf(!specIsThere)(
  `what is valid and supported, the interpreter takes without a word ${specIsThere ? "" : whereToGetIt}`,
  async () => {
    const samples = [
      ...(await examples()),
      ...(await kitDefinitions()),
      ...(await referenceDefinitions()),
    ].map(asJson);
    const random = new Random(5);
    const changed = Array.from({ length: rounds }, () => mutate(random.pick(samples), random).value);
    const refused: string[] = [];
    let taken = 0;
    for (const value of [...samples, ...changed]) {
      const text = JSON.stringify(value);
      for (const definition of parseDefinitions("sample.json", text).definitions) {
        if (unsupported(definition).length > 0) continue;
        taken++;
        try {
          prepare(definition.document);
        } catch (error) {
          refused.push(`${error}: ${text}`);
        }
      }
    }
    expect(refused).toEqual([]);
    expect(taken).toBeGreaterThan(100);
  },
);
