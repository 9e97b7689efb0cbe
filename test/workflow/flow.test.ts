import { describe, expect, test } from "bun:test";
import type { Json } from "../../src/expression/json.ts";
import { errorOf, outputOf, World } from "./world.ts";

const add = (colour: string, more = "") => `set: {c: '\${ .c + ["${colour}"] }'}${more}`;
const cases: [name: string, definition: string, output: Json][] = [
  [
    "continue is the default",
    `do: [{a: {${add("r")}}}, {b: {${add("g")}, then: continue}}, {d: {${add("b")}}}]`,
    { c: ["r", "g", "b"] },
  ],
  [
    "a name goes to that task of the list",
    `do: [{a: {${add("r", ", then: d")}}}, {b: {${add("x")}}}, {d: {${add("b")}}}]`,
    { c: ["r", "b"] },
  ],
  [
    "a name may go back",
    `do: [{a: {${add("r", ", then: d")}}}, {b: {${add("b", ", then: end")}}}, {d: {${add("g", ", then: b")}}}]`,
    { c: ["r", "g", "b"] },
  ],
  [
    "exit completes the scope",
    `do: [{o: {do: [{a: {${add("r", ", then: exit")}}}, {b: {${add("x")}}}]}}, {d: {${add("b")}}}]`,
    { c: ["r", "b"] },
  ],
  [
    "exit at the top completes the workflow",
    `do: [{a: {${add("r", ", then: exit")}}}, {b: {${add("x")}}}]`,
    { c: ["r"] },
  ],
  [
    "end in a nested scope ends the workflow",
    `do: [{o: {do: [{i: {do: [{a: {${add("r", ", then: end")}}}]}}]}}, {b: {${add("x")}}}]`,
    { c: ["r"] },
  ],
  [
    "a nested list's then applies when it is complete",
    `do: [{o: {do: [{a: {${add("r")}}}], then: d}}, {b: {${add("x")}}}, {d: {${add("b")}}}]`,
    { c: ["r", "b"] },
  ],
  ["an empty list gives its input", "do: [{a: {set: {n: 1}}}, {o: {do: []}}]", { n: 1 }],
];

describe("flow directives", () => {
  for (const [name, definition, output] of cases)
    test(name, () => expect(outputOf(definition)).toEqual(output));

  test("a then to nowhere faults with the place", () => {
    expect(errorOf("do: [{a: {set: {}, then: nowhere}}]").detail).toBe(
      '"nowhere" is not a task of this list (/do/0/a/then)',
    );
  });

  test("ruling 32: end completes what contains the task and cancels what runs beside it", () => {
    const world = new World(
      `do:
        - f:
            fork:
              branches:
                - slow: {wait: {hours: 1}}
                - quick: {do: [{stop: {set: {by: quick}, then: end}}]}
        - never: {set: {}}`,
    ).play();
    expect(world.outcome).toEqual({ status: "completed", output: { by: "quick" } });
    expect(world.timers.size).toBe(0);
    expect(world.story.slice(-4)).toEqual([
      "completed /do/0/f/fork/branches/1/quick/do/0/stop",
      "cancelled /do/0/f/fork/branches/0/slow",
      "completed /do/0/f/fork/branches/1/quick",
      "completed /do/0/f",
    ]);
  });
});

test("end, while the workflow's output is still being checked: no timer of what it left remains", () => {
  const definition = `
do: [{o: {do: [{a: {set: {n: 1}, then: end}}], timeout: {after: {seconds: 1}}}}]
output: {schema: {resource: {endpoint: 'http://h'}}}`;
  const world = new World(definition, { answer: () => "silence" });
  expect(world.timers.size).toBe(0);
  world.give({ type: "activity-completed", activity: "a2", output: {} });
  expect(world.outcome).toEqual({ status: "completed", output: { n: 1 } });
});

describe("if", () => {
  test("ruling 14: a skipped task gives its raw input; it never ran, and its then does not count", () => {
    const world = new World(
      "do: [{a: {if: .no, input: {from: .x}, set: {never: 1}, then: end}}, {b: {set: '${ .y }'}}]",
      {
        input: { y: 2 },
      },
    ).play();
    expect(world.outcome).toEqual({ status: "completed", output: 2 });
    expect(world.story).toEqual(["started /do/1/b", "completed /do/1/b"]);
  });

  test("a condition that fails faults the task", () => {
    const error = errorOf("do: [{a: {if: .x.y, set: {}}}]", { input: { x: "text" } });
    expect(error).toMatchObject({ status: 400, instance: "/do/0/a" });
    expect(error.detail).toStartWith("/do/0/a/if: .x.y: ");
  });
});

describe("switch", () => {
  const choose = (cases: string, more = "") => `
do:
  - s: {switch: [${cases}]${more}}
  - a: {set: {went: a}, then: end}
  - b: {set: {went: b}, then: end}`;
  const table: [name: string, definition: string, input: Json, output: Json][] = [
    [
      "the first case that matches",
      choose("{x: {when: .n > 1, then: b}}, {y: {when: .n > 0, then: a}}"),
      { n: 2 },
      { went: "b" },
    ],
    [
      "the default, wherever it stands",
      choose("{d: {then: b}}, {x: {when: .n > 1, then: a}}"),
      { n: 0 },
      { went: "b" },
    ],
    [
      "no match goes on with the task's own then",
      choose("{x: {when: .n > 1, then: a}}", ", then: b"),
      { n: 0 },
      { went: "b" },
    ],
    [
      "no match and no then goes to the next task",
      choose("{x: {when: .n > 1, then: b}}"),
      { n: 0 },
      { went: "a" },
    ],
    [
      "a case that says end: the output is the input",
      choose("{x: {when: .n > 1, then: end}}"),
      { n: 2 },
      { n: 2 },
    ],
    [
      "a case that says continue goes to the next task",
      choose("{x: {when: .n > 1, then: continue}}", ", then: b"),
      { n: 2 },
      { went: "a" },
    ],
  ];
  for (const [name, definition, input, output] of table)
    test(name, () => expect(outputOf(definition, { input })).toEqual(output));
});
