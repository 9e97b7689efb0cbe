import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { specIsThere, whereToGetIt } from "../conformance/spec.ts";
import { asJson, examples, kitDefinitions, referenceDefinitions } from "./corpus.ts";
import { mutate, Random } from "./mutation.ts";
import { specificationSchema, structuralErrors } from "./structure.ts";

/** What the schema allows and we refuse, by our message, with the reason. */
const stricter: readonly (readonly [RegExp, string])[] = [
  [/^"event" needs the key "with"/, "an event without a type cannot be emitted"],
  [/^"schedule" needs at least one of/, "dsl-reference.md: required when no other property has been set"],
  [
    /^"with" needs at least one of "agentCard", "server"/,
    "dsl-reference.md: required if the other has not been set",
  ],
  [/ must be at least 0, not -/, "no duration and no count is negative"],
  [/must be a URI/, "the schema's pattern lets blanks stand before a colon, and braces open without an end"],
  [/must be a JSON pointer/, "the schema says so by a format, which validators do not assert"],
  [/must be a date and time/, "the schema says so by a format, which validators do not assert"],
];

/** What we allow and the schema refuses, by the place of the change, with the reason. */
const laxer: readonly (readonly [RegExp, string])[] = [
  [
    /\/subscription\/(filter|consume\/(while|until))/,
    "ruling 2: a slot that holds nothing but an expression",
  ],
  [/\/with\/(headers|query)$/, "ruling 2: a string there can only be an expression"],
  [/\/with\/query\//, "dsl-reference.md: map[string, any]"],
  [/\/with\/headers\//, "a number or a boolean has one spelling as text"],
  [/\/for\/in(\/|$)/, "an item of an inline array may be any value"],
  [/\/run\/workflow\/input$/, "dsl-reference.md: any"],
  [/\/run\/workflow\/version$/, "dsl-reference.md and the schema itself: defaults to latest"],
  [/\/run\/\w+\/arguments$/, "ruling 10: a list or a map"],
  [/\/authority$/, "an authority may be known at run time only"],
  [/\/service\/host$/, "a host name may be longer than 63 characters, or an expression"],
];

setDefaultTimeout(600_000);
const rounds = process.env["PAWL_SOAK"] === "1" ? 50_000 : 2_500;

describe.skipIf(!specIsThere)(`the specification's schema ${specIsThere ? "" : whereToGetIt}`, () => {
  test("agrees about every complete definition of the specification", async () => {
    const isValid = await specificationSchema();
    for (const sample of [
      ...(await examples()),
      ...(await kitDefinitions()),
      ...(await referenceDefinitions()),
    ]) {
      const value = asJson(sample);
      const errors = structuralErrors(value).map((finding) => finding.message);
      const verdict = { name: sample.name, errors, valid: isValid(value) };
      expect(verdict).toEqual({ name: sample.name, errors: [], valid: true });
    }
  });

  test(`agrees about ${rounds} definitions with one random change, but for the written differences`, async () => {
    const isValid = await specificationSchema();
    const samples = [
      ...(await examples()),
      ...(await kitDefinitions()),
      ...(await referenceDefinitions()),
    ].map(asJson);
    const random = new Random(20_261_122);
    const unexplained: string[] = [];
    let refused = 0;
    for (let round = 0; round < rounds; round++) {
      const { value, change, path } = mutate(random.pick(samples), random);
      const errors = structuralErrors(value).map((finding) => finding.message);
      const valid = isValid(value);
      if (!valid) refused++;
      // The specification does not look into the schemas of authors; see json-schema.test.ts.
      if (path.includes("/schema/document")) continue;
      if (valid && !errors.every((error) => stricter.some(([pattern]) => pattern.test(error)))) {
        unexplained.push(`we refuse after ${change}: ${errors.join("; ")}`);
      }
      if (!valid && errors.length === 0 && !laxer.some(([pattern]) => pattern.test(path))) {
        unexplained.push(`we accept after ${change}`);
      }
    }
    expect(unexplained).toEqual([]);
    // The changes must bite, or the agreement would say nothing.
    expect(refused).toBeGreaterThan(rounds / 4);
  });
});
