import { describe, expect, test } from "bun:test";
import type { Json } from "../../src/expression/json.ts";
import { errorOf, outputOf, World } from "./world.ts";

const raise = (more = "") =>
  `raise: {error: {type: 'urn:bad', status: 503, title: Down, detail: at noon${more}}}`;
const attempt = (clause: string, body = raise()) => `do: [{t: {try: [{a: {${body}}}], catch: {${clause}}}}]`;
const raising = (type: string) => `raise: {error: {type: '${type}', status: 1}}`;
const thrown = {
  type: "urn:bad",
  status: 503,
  title: "Down",
  detail: "at noon",
  instance: "/do/0/t/try/0/a",
};
const standard = "/errors/communication";

const caught: [name: string, definition: string, output: Json][] = [
  ["do gets the error by its default name", attempt("do: [{h: {set: {e: '${ $error }'}}}]"), { e: thrown }],
  [
    "do gets the error by a name of one's own",
    attempt("as: oops, do: [{h: {set: '${ $oops.status }'}}]"),
    503,
  ],
  ["do begins on the try's input", attempt("do: [{h: {set: {n: '${ .n }'}}}]"), { n: 1 }],
  [
    "ruling 17: without do, then and retry it is swallowed",
    attempt("errors: {with: {status: 503}}"),
    { n: 1 },
  ],
  [
    "a filter on everything",
    attempt(
      "errors: {with: {type: 'urn:bad', status: 503, title: Down, detail: at noon, instance: /do/0/t/try/0/a}}",
    ),
    { n: 1 },
  ],
  [
    "ruling 18: when sees the error as ., by name, and the input",
    attempt('when: .status == 503 and $error.title == "Down" and $input.n == 1'),
    { n: 1 },
  ],
  ["exceptWhen that does not hold", attempt("exceptWhen: .status == 404"), { n: 1 }],
  [
    "then leads on, over the task's own",
    `do:
      - t: {try: [{a: {raise: {error: {type: 'urn:x', status: 1}}}}], catch: {then: c}, then: b}
      - b: {set: {went: b}, then: end}
      - c: {set: {went: c}, then: end}`,
    { went: "c" },
  ],
  ["then after do", attempt("do: [{h: {set: {h: 1}}}], then: end"), { h: 1 }],
  [
    "exit completes the tried list",
    "do: [{t: {try: [{a: {set: {ok: 1}, then: exit}}, {b: {set: {never: 1}}}], catch: {}}}]",
    { ok: 1 },
  ],
];

const uncaught: [name: string, definition: string, error: object][] = [
  ["another status", attempt("errors: {with: {status: 500}}"), thrown],
  ["another type", attempt("errors: {with: {type: 'urn:other'}}"), thrown],
  ["when that does not hold", attempt("when: .status == 404"), thrown],
  ["exceptWhen that holds", attempt("exceptWhen: .status == 503"), thrown],
  [
    "an error in catch.do",
    attempt("do: [{h: {raise: {error: {type: 'urn:h', status: 7}}}}]"),
    { type: "urn:h", instance: "/do/0/t/catch/do/0/h" },
  ],
  ["a condition that fails", attempt("when: .status.x"), { status: 400, instance: "/do/0/t" }],
  [
    "a fault of the try task itself",
    "do: [{t: {input: {from: .n.x}, try: [{a: {set: {}}}], catch: {}}}]",
    { status: 400, instance: "/do/0/t" },
  ],
];

describe("try", () => {
  for (const [name, definition, output] of caught)
    test(`catches: ${name}`, () => expect(outputOf(definition, { input: { n: 1 } })).toEqual(output));
  for (const [name, definition, error] of uncaught)
    test(`lets through: ${name}`, () =>
      expect(errorOf(definition, { input: { n: 1 } })).toMatchObject(error));

  test("ruling 1: filters, and only filters, fold the hosts and paths of standard types", () => {
    const spellings = [
      `https://open-workflow-specification.org/spec/1.0.0${standard}`,
      `https://serverlessworkflow.io/spec/1.0.0${standard}`,
      "https://serverlessworkflow.io/dsl/errors/types/communication",
      "https://open-workflow-specification.org/dsl/errors/types/communication",
    ];
    for (const raised of spellings)
      for (const filtered of spellings) {
        const body = `raise: {error: {type: '${raised}', status: 500}}`;
        const definition = attempt(
          `errors: {with: {type: '${filtered}'}}, do: [{h: {set: '\${ $error.type }'}}]`,
          body,
        );
        expect(outputOf(definition)).toBe(raised);
      }
  });

  test("the error leaves with its try: a later catch has its own", () => {
    const inner = `{in: {try: [{a: {${raising("urn:1")}}}], catch: {do: [{b: {${raising("urn:2")}}}]}}}`;
    const definition = `do: [{t: {try: [${inner}], catch: {do: [{h: {set: '\${ $error.type }'}}]}}}]`;
    expect(outputOf(definition)).toBe("urn:2");
  });

  test("tasks fault one after the other, up to the one that catches", () => {
    const world = new World(
      "do: [{t: {try: [{o: {do: [{a: {raise: {error: {type: 'urn:x', status: 1}}}}]}}], catch: {}}}]",
    ).play();
    expect(world.story).toEqual([
      "started /do/0/t",
      "started /do/0/t/try/0/o",
      "started /do/0/t/try/0/o/do/0/a",
      "faulted /do/0/t/try/0/o/do/0/a",
      "faulted /do/0/t/try/0/o",
      "completed /do/0/t",
    ]);
  });
});

describe("raise", () => {
  test("ruling 9: its own pointer, with the index, is the default instance", () => {
    expect(
      errorOf("do: [{a: {set: {}}}, {r: {raise: {error: {type: 'urn:x', status: 400, title: T}}}}]"),
    ).toEqual({
      type: "urn:x",
      status: 400,
      title: "T",
      instance: "/do/1/r",
    });
  });

  test("an instance of the author's stands", () => {
    expect(errorOf("do: [{r: {raise: {error: {type: 'urn:x', status: 1, instance: /mine}}}}]").instance).toBe(
      "/mine",
    );
  });

  test("by name, with expressions", () => {
    const definition = `
use:
  errors:
    late: {type: '\${ .type }', status: 504, title: '\${ .n }', detail: 'after \${ .n } of \${ $task.name }'}
do: [{r: {raise: {error: late}}}]`;
    expect(errorOf(definition, { input: { n: 3, type: "urn:late" } })).toEqual({
      type: "urn:late",
      status: 504,
      title: "3",
      detail: "after 3 of r",
      instance: "/do/0/r",
    });
  });

  test("a name that is not defined is refused", () => {
    expect(() => new World("do: [{r: {raise: {error: late}}}]")).toThrow(
      'There is no "late" in use.errors (/do/0/r/raise/error)',
    );
  });

  test("a type that comes out wrong is an expression error", () => {
    expect(
      errorOf("do: [{r: {raise: {error: {type: '${ .n }', status: 1}}}}]", { input: { n: 1 } }).detail,
    ).toBe("/do/0/r/raise/error/type: must give a URI, not 1");
  });
});
