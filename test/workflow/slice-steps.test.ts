import { expect, test } from "bun:test";
import { parseDefinitions } from "../../src/dsl/definition.ts";
import { advance, type Budget, begin, prepare, type Step } from "../../src/workflow/interpreter.ts";

const text = `
document: { dsl: 1.0.3, namespace: test, name: heavy, version: 1.0.0 }
do:
- loop:
    for: { in: "[range(0; 20)]" }
    do:
    - work: { set: { n: "\${ (.n // 0) + ([range(0; 1000)] | length) }" } }
`;
const program = prepare(parseDefinitions("heavy.yaml", text).definitions[0]!.document);

/** The steps of an execution; each but the first answers \`continue\`. */
function run(budgetOf: (step: number) => Budget): Step[] {
  const event = { type: "started", id: "x", input: {}, seed: 1, at: 0 } as const;
  const steps = [begin(program, event, budgetOf(0))];
  for (let at = 1; steps.at(-1)!.commands.some(({ type }) => type === "continue"); at++) {
    const { state } = structuredClone(steps.at(-1)!);
    steps.push(advance(program, state, { type: "continued", at: 0 }, budgetOf(at)));
  }
  return steps;
}

test("a slice ends with the task in which its steps are used up", () => {
  const whole = run(() => ({ tasks: 1_000 }));
  expect(whole.length).toBe(1);
  expect(whole[0]!.tasks).toBeUndefined();
  const cut = run(() => ({ tasks: 1_000, steps: 5_000 }));
  expect(cut.length).toBeGreaterThan(3);
  expect(cut.slice(0, -1).every(({ tasks = 0 }) => tasks > 0 && tasks < 10)).toBe(true);
  expect(cut.at(-1)!.state.outcome).toEqual({ status: "completed", output: { n: 20_000 } });
  expect(cut.flatMap(({ lifecycle }) => lifecycle.map(({ type, run: id }) => [type, id]))).toEqual(
    expect.arrayContaining(whole[0]!.lifecycle.map(({ type, run: id }) => [type, id])),
  );
});

test("however little a slice may do, it does one task", () => {
  const steps = run(() => ({ tasks: 1_000, steps: 0 }));
  expect(steps.at(-1)!.state.outcome).toMatchObject({ status: "completed" });
});

test("a replay needs only the number of tasks", () => {
  const cut = structuredClone(run(() => ({ tasks: 1_000, steps: 5_000 })));
  expect(run((at) => ({ tasks: cut[at]!.tasks ?? 1_000 }))).toEqual(
    cut.map(({ tasks: _, ...step }) => step) as Step[],
  );
});

test("comparing data that is equal and not the same counts as well", () => {
  const long = Array.from({ length: 5_000 }, (_, n) => n);
  const copying = prepare(
    parseDefinitions(
      "copy.yaml",
      text.replace(/set: .* \}\n/, 'set: { items: "${ .items }", n: "${ .n + 1 }" }, input: { from: . } }\n'),
    ).definitions[0]!.document,
  );
  const first = begin(
    copying,
    { type: "started", id: "x", input: { items: long, n: 0 }, seed: 1, at: 0 },
    { tasks: 3 },
  );
  const loaded = JSON.parse(JSON.stringify(first.state));
  const step = advance(copying, loaded, { type: "continued", at: 0 }, { tasks: 1_000, steps: 1_000 });
  expect(step.tasks).toBeLessThan(5);
});
