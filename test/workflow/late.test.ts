import { expect, test } from "bun:test";
import { parseDefinitions } from "../../src/dsl/definition.ts";
import { begin, prepare } from "../../src/workflow/interpreter.ts";

const text = `
document: { dsl: 1.0.3, namespace: test, name: late, version: 1.0.0 }
use: { secrets: [token] }
do:
- first: { set: { a: "\${ .n + 1 }" }, export: { as: "{ kept: .a }" } }
- loop:
    for: { each: one, in: "[1, 2]" }
    do:
    - add: { set: { a: "\${ $one + $context.kept }", b: { c: [ "\${ .a }" ] } }, if: .a > 0 }
- pause: { wait: { seconds: 0 }, timeout: { after: "\${ { seconds: .a } }" } }
- call:
    call: http
    with:
      method: get
      endpoint: https://example.test/{a}
      headers: { authorization: "\${ \\"Bearer \\" + $secrets.token + (.a | tostring) }" }
`;

test("expressions that are compiled late do what they do when they are compiled at once", () => {
  const [definition] = parseDefinitions("late.yaml", text).definitions;
  const steps = [true, false].map((late) => {
    const program = prepare(definition!.document, { late });
    return begin(program, { type: "started", id: "x", input: { n: 1 }, seed: 1, at: 1_000 });
  });
  expect(steps[0]).toEqual(steps[1]!);
  expect(steps[0]!.lifecycle.length).toBeGreaterThan(10);
});

test("a slot with a secret travels late, too", () => {
  const [definition] = parseDefinitions("late.yaml", text.replace(/- pause.*\n/, "")).definitions;
  const program = prepare(definition!.document, { late: true });
  const { commands } = begin(program, { type: "started", id: "x", input: { n: 1 }, seed: 1, at: 1_000 });
  expect(commands).toMatchObject([
    { type: "run-activity", request: { deferred: [{ value: expect.anything() }], secrets: ["token"] } },
  ]);
});
