import { describe, expect, test } from "bun:test";
import type { Json } from "../../src/expression/json.ts";
import { errorOf, outputOf, World } from "./world.ts";

const collect = "do: [{add: {set: {seen: '${ .seen + [[$item, $index]] }'}}}]";
const table: [name: string, definition: string, input: Json, output: Json][] = [
  [
    "each output is the next one's input",
    `do: [{l: {for: {in: .xs}, ${collect}}}]`,
    { xs: ["a", "b"] },
    {
      seen: [
        ["a", 0],
        ["b", 1],
      ],
    },
  ],
  [
    "names of one's own",
    "do: [{l: {for: {each: x, at: i, in: .xs}, do: [{a: {set: '${ [., $x, $i] }'}}]}}]",
    { xs: ["a"] },
    [{ xs: ["a"] }, "a", 0],
  ],
  [
    "an inline array",
    `do: [{l: {for: {in: [{n: 1}, {n: 2}]}, ${collect}}}]`,
    {},
    {
      seen: [
        [{ n: 1 }, 0],
        [{ n: 2 }, 1],
      ],
    },
  ],
  [
    "an inline array with expressions",
    `do: [{l: {for: {in: [{n: '\${ .k }'}]}, ${collect}}}]`,
    { k: 5 },
    { seen: [[{ n: 5 }, 0]] },
  ],
  [
    "nothing to iterate: the output is the input",
    `do: [{l: {for: {in: .xs}, ${collect}}}]`,
    { xs: [] },
    { xs: [] },
  ],
  [
    "while looks at what would be the next input",
    `do: [{l: {for: {in: .xs}, while: '(.seen | length) < 2', ${collect}}}]`,
    { xs: [1, 2, 3] },
    {
      seen: [
        [1, 0],
        [2, 1],
      ],
    },
  ],
  [
    "while knows the variables",
    `do: [{l: {for: {in: .xs}, while: '$item != 3', ${collect}}}]`,
    { xs: [1, 3, 2] },
    { seen: [[1, 0]] },
  ],
  [
    "items may be null and false",
    `do: [{l: {for: {in: .xs}, ${collect}}}]`,
    { xs: [null, false] },
    {
      seen: [
        [null, 0],
        [false, 1],
      ],
    },
  ],
  [
    "exit leaves one iteration",
    "do: [{l: {for: {in: .xs}, do: [{a: {set: '${ [$item] }', then: exit}}, {b: {set: {never: 1}}}]}}]",
    { xs: [1, 2] },
    [2],
  ],
  [
    "a skipped body passes its input on",
    "do: [{l: {for: {in: .xs}, do: [{a: {if: 'false', set: {}}}]}}]",
    { xs: [1] },
    { xs: [1] },
  ],
  [
    "an inner loop's own stages see the outer one's names",
    `
do:
  - l:
      for: {in: .xs}
      do:
        - inner: {for: {in: '[7, 8]'}, do: [{a: {set: '\${ $item }'}}], output: {as: '[., $item]'}}`,
    { xs: [1, 2] },
    [8, 2],
  ],
  [
    "an inner loop hides the outer one's names, and gives them back",
    `
do:
  - l:
      for: {in: .xs}
      do:
        - inner: {for: {in: $item}, do: [{a: {set: {sum: '\${ (.sum // 0) + $item }'}}}]}
        - after: {set: {sum: '\${ .sum }', last: '\${ $item }'}}`,
    { xs: [[1, 2], [3]] },
    { sum: 6, last: [3] },
  ],
];

describe("for", () => {
  for (const [name, definition, input, output] of table)
    test(name, () => expect(outputOf(definition, { input })).toEqual(output));

  test("a collection that is not an array faults", () => {
    expect(errorOf(`do: [{l: {for: {in: .xs}, ${collect}}}]`, { input: { xs: 3 } })).toMatchObject({
      detail: "/do/0/l/for/in: must give an array, not 3",
      instance: "/do/0/l",
    });
  });

  test("the collection is taken once, whatever the context becomes", () => {
    const definition = `
do:
  - c: {set: {}, export: {as: '{xs: [1, 2]}'}}
  - l: {for: {in: $context.xs}, do: [{a: {set: {n: '\${ (.n // 0) + $item }'}, export: {as: '{xs: []}'}}}]}`;
    expect(outputOf(definition)).toEqual({ n: 3 });
  });

  test("every iteration is a run of its own", () => {
    const world = new World(`do: [{l: {for: {in: .xs}, ${collect}}}]`, { input: { xs: [1, 2, 3] } }).play();
    const runs = world.lifecycle.filter(({ task }) => task === "/do/0/l/do/0/add").map(({ run }) => run);
    expect(new Set(runs).size).toBe(3);
  });
});
