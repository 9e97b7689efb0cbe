import { describe, expect, test } from "bun:test";
import type { Json } from "../../src/expression/json.ts";
import { same } from "../../src/workflow/same.ts";
import { errorOf, outputOf, start, World } from "./world.ts";

const typed = (type: string) => `{schema: {document: {type: ${type}}}}`;
const table: [name: string, definition: string, input: Json, output: Json][] = [
  [
    "the workflow's input.from gives the first task's input",
    "input: {from: .a}\ndo: [{t: {set: '${ [., $input, $workflow.input] }'}}]",
    { a: 1 },
    [1, 1, { a: 1 }],
  ],
  ["ruling 5: $context is null until an export", "do: [{t: {set: '${ $context }'}}]", { a: 1 }, null],
  [
    "input.from makes . and $input; $task.input stays raw",
    "do: [{t: {input: {from: .a}, set: '${ [., $input, $task.input] }'}}]",
    { a: 1 },
    [1, 1, { a: 1 }],
  ],
  [
    "input.from as an object",
    "do: [{t: {input: {from: {x: '${ .a }'}}, set: '${ . }'}}]",
    { a: 1 },
    { x: 1 },
  ],
  [
    "output.as works on the raw output",
    "do: [{t: {set: {n: 2}, output: {as: '[.n, $input.a, $task.output.n]'}}}]",
    { a: 1 },
    [2, 1, 2],
  ],
  [
    "the next task gets the transformed output",
    "do: [{t: {set: {n: 2}, output: {as: .n}}}, {u: {set: '${ [.] }'}}]",
    {},
    [2],
  ],
  [
    "an output may be null",
    "do: [{t: {set: {n: 2}, output: {as: .x}}}, {u: {set: '${ [., $input] }'}}]",
    {},
    [null, null],
  ],
  [
    "an input may be null",
    "do: [{t: {input: {from: .x}, set: '${ [., $input, $task.input] }'}}]",
    { a: 1 },
    [null, null, { a: 1 }],
  ],
  [
    "export.as sees the transformed output as . and $output",
    `do:
      - t: {set: {n: 2}, output: {as: .n}, export: {as: '[., $output, $input, $context]'}}
      - u: {set: '\${ $context }'}`,
    { a: 1 },
    [2, 2, { a: 1 }, null],
  ],
  [
    "export.as leaves the output alone",
    "do: [{t: {set: {n: 2}, export: {as: {m: '${ .n }'}}}}]",
    {},
    { n: 2 },
  ],
  [
    "the context stays as it is without an export",
    "do: [{t: {set: {}, export: {as: '1'}}}, {u: {set: {}}}, {v: {set: '${ $context }'}}]",
    {},
    1,
  ],
  [
    "the workflow's output.as",
    "do: [{t: {set: {n: 2}, export: {as: .n}}}]\noutput: {as: '[., $context, $workflow.input]'}",
    { a: 1 },
    [{ n: 2 }, 2, { a: 1 }],
  ],
  [
    "valid at every stage",
    `
input: ${typed("object")}
do:
  - t:
      input: ${typed("object")}
      set: {n: 2}
      output: ${typed("object")}
      export: {as: .n, schema: {format: 'json:2020-12', document: {type: integer}}}
output: {as: .n, schema: {document: {type: integer}}}`,
    {},
    2,
  ],
];

describe("data flow", () => {
  for (const [name, definition, input, output] of table)
    test(name, () => expect(outputOf(definition, { input })).toEqual(output));

  const faults: [name: string, definition: string, instance: string, detail: string][] = [
    [
      "the workflow's input",
      `input: ${typed("string")}\ndo: [{t: {set: {}}}]`,
      "/input/schema",
      "/input/schema: ",
    ],
    [
      "a task's raw input, before input.from",
      `do: [{t: {input: {from: '"text"', schema: {document: {type: string}}}, set: {}}}]`,
      "/do/0/t",
      "/do/0/t/input/schema: ",
    ],
    [
      "a task's transformed output",
      `do: [{t: {set: {n: 1}, output: {as: .n, schema: {document: {type: object}}}}}]`,
      "/do/0/t",
      "/do/0/t/output/schema: ",
    ],
    [
      "the exported context",
      `do: [{t: {set: {n: 1}, export: {as: .n, schema: {document: {type: object}}}}}]`,
      "/do/0/t",
      "/do/0/t/export/schema: ",
    ],
    [
      "the workflow's output",
      `do: [{t: {set: {n: 1}}}]\noutput: {as: .n, schema: {document: {type: object}}}`,
      "/output/schema",
      "/output/schema: ",
    ],
  ];
  for (const [name, definition, instance, detail] of faults)
    test(`invalid: ${name}`, () => {
      const error = errorOf(definition);
      expect(error).toMatchObject({
        type: expect.stringMatching(/errors\/validation$/),
        status: 400,
        instance,
      });
      expect(error.detail).toStartWith(detail);
    });

  test("ruling 11a: an input that does not fit faults the execution, and no task ran", () => {
    const world = new World(`input: ${typed("string")}\ndo: [{t: {set: {}}}]`).play();
    expect(world.lifecycle.map(({ type }) => type)).toEqual(["workflow.started", "workflow.faulted"]);
  });

  test("what does not fit, and where, is told", () => {
    const schema = "{document: {type: object, properties: {pet: {type: object, required: [id]}}}}";
    expect(errorOf(`do: [{t: {input: {schema: ${schema}}, set: {}}}]`, { input: { pet: {} } }).detail).toBe(
      '/do/0/t/input/schema: /pet: Instance does not have required property "id".',
    );
  });

  test("a schema that cannot be used is a configuration error", () => {
    const definition = "do: [{t: {input: {schema: {document: {$ref: 'urn:nowhere'}}}, set: {}}}]";
    expect(errorOf(definition).type).toEndWith("/errors/configuration");
  });

  test("a failing expression of the workflow's own names its place", () => {
    expect(errorOf("input: {from: .a.b}\ndo: [{t: {set: {}}}]", { input: { a: "x" } }).instance).toBe(
      "/input/from",
    );
  });
});

describe("external schemas", () => {
  const schema = "{resource: {endpoint: 'http://h/{name}.json'}}";
  const definition = `do:
  - a: {input: {schema: ${schema}}, set: {name: pet}}
  - b: {input: {schema: ${schema}}, set: {name: other}, output: {schema: ${schema}}}`;

  test("are fetched once per execution, before the task goes on", () => {
    const asked: unknown[] = [];
    const world = new World(definition, {
      input: { name: "pet" },
      answer(request) {
        asked.push(request);
        return { output: { type: "object" } };
      },
    }).play();
    expect(world.outcome).toEqual({ status: "completed", output: { name: "other" } });
    expect(asked).toEqual([
      { kind: "resource", uri: "http://h/pet.json" },
      { kind: "resource", uri: "http://h/other.json" },
    ]);
  });

  test("do their work, and fail as the task's own", () => {
    const input = { name: "pet" };
    expect(errorOf(definition, { input, answer: () => ({ output: { type: "string" } }) })).toMatchObject({
      status: 400,
      instance: "/do/0/a",
    });
    const gone = { type: "urn:gone", status: 404 };
    expect(errorOf(definition, { input, answer: () => ({ error: gone }) })).toEqual({
      ...gone,
      instance: "/do/0/a",
    });
  });

  test("while one is being fetched, what only the task's work needed is gone", () => {
    const checked = "output: {schema: {resource: {endpoint: 'http://h'}}}";
    const loop = `do: [{l: {for: {in: .}, do: [{a: {set: {}}}], ${checked}}}]`;
    const input = Array.from({ length: 100 }, () => "item");
    const world = new World(loop, { input, answer: () => "silence" });
    expect(world.text.match(/item/g)?.length).toBe(100);
  });

  test("of an export keep what export.as gave", () => {
    const exported = `do:
      - a: {set: {n: 1}, export: {as: '[$context, .n]', schema: ${schema}}}
      - b: {set: '\${ $context }'}`;
    const world = new World(exported, { answer: () => ({ output: { type: "array" } }) }).play();
    expect(world.outcome).toEqual({ status: "completed", output: [null, 1] });
  });
});

test("checking leaves the definition as it is", () => {
  const input = {
    schema: { document: { type: "object", properties: { a: { $ref: "#/$defs/b" } }, $defs: { b: {} } } },
  };
  expect(outputOf({ input, do: [{ t: { set: "${ $workflow.definition.input }" } }] })).toEqual(input);
});

test("the same text is the same value, whatever the identity; the order of keys counts", () => {
  const table: [Json, Json, boolean][] = [
    [{ a: [1, { b: null }] }, { a: [1, { b: null }] }, true],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, false],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [[], {}, false],
    [null, {}, false],
    ["1", 1, false],
  ];
  for (const [a, b, equal] of table) expect([a, b, same(a, b)]).toEqual([a, b, equal]);
});

describe("descriptors", () => {
  test("$task, $workflow and $runtime", () => {
    const definition = `do:
      - t:
          set:
            task: \${ $task }
            id: \${ $workflow.id }
            at: \${ $workflow.startedAt }
            runtime: \${ $runtime }
            authorization: \${ $authorization }`;
    const instant = {
      iso8601: new Date(start).toISOString(),
      epoch: { seconds: start / 1000, milliseconds: start },
    };
    expect(outputOf(definition, { input: 5 })).toEqual({
      task: {
        name: "t",
        reference: "/do/0/t",
        definition: { set: expect.objectContaining({ id: "${ $workflow.id }" }) },
        input: 5,
        output: null,
        startedAt: instant,
      },
      id: "x1",
      at: instant,
      runtime: { name: "pawl", version: "1.2.3", metadata: {} },
      authorization: null,
    });
  });

  test("a variable that does not exist where it is used is refused before anything runs", () => {
    expect(() => new World("do: [{t: {if: $output, set: {}}}]")).toThrow(/\(\/do\/0\/t\/if\)$/);
    expect(() => new World("do: [{t: {for: {in: .x}, do: [], output: {as: $item}}}]")).toThrow(
      /\(\/do\/0\/t\/output\/as\)$/,
    );
  });

  test("data is never evaluated", () => {
    expect(
      outputOf("do: [{t: {set: '${ . }'}}, {u: {set: {x: '${ .x }'}}}]", { input: { x: "${ 1 + 1 }" } }),
    ).toEqual({ x: "${ 1 + 1 }" });
  });

  test("a loop variable may have any name that jq allows", () => {
    const definition = "do: [{t: {for: {each: __proto__, in: .x}, do: [{a: {set: '${ [$__proto__] }'}}]}}]";
    expect(outputOf(definition, { input: { x: [{ y: 1 }] } })).toEqual([{ y: 1 }]);
  });
});
