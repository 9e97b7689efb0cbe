import { describe, expect, test } from "bun:test";
import type { Json } from "../../src/expression/json.ts";
import { errorOf, outputOf, World } from "./world.ts";

const http = (more: string, use = "") => `${use}\ndo: [{c: {call: http, with: {method: get, ${more}}}}]`;
const plain = { kind: "http", method: "get", headers: {}, query: {}, output: "content", redirect: false };

/** The request is what the world answers with. */
const requests: [name: string, definition: string, input: Json, request: object][] = [
  ["a URI", http("endpoint: 'http://h/a?b=c#d'"), {}, { uri: "http://h/a?b=c#d" }],
  [
    "a template of top-level properties",
    http("endpoint: {uri: 'http://h/{id}/{a.b}?x={no}{nil}'}"),
    { id: 7, "a.b": "ü/&", nil: null },
    { uri: "http://h/7/%C3%BC%2F%26?x=" },
  ],
  [
    "a template's values are not templates",
    http("endpoint: 'http://h/{a}'"),
    { a: "{b}", b: 1 },
    { uri: "http://h/%7Bb%7D" },
  ],
  ["an expression", http("endpoint: '${ .base + \"/x\" }'"), { base: "http://h" }, { uri: "http://h/x" }],
  [
    "an expression's value is no template",
    http("endpoint: {uri: '${ .u }'}"),
    { u: "http://h/{id}" },
    { uri: "http://h/{id}" },
  ],
  [
    "headers as text, nulls left out",
    http("endpoint: 'http://h', headers: {a: '${ .n }', b: '${ .no }', c: x}"),
    { n: 1 },
    { uri: "http://h", headers: { a: "1", c: "x" } },
  ],
  [
    "headers and query as expressions",
    http("endpoint: 'http://h', headers: '${ .h }', query: '${ .q }'"),
    { h: { a: "b" }, q: { n: [1, 2] } },
    { uri: "http://h", headers: { a: "b" }, query: { n: [1, 2] } },
  ],
  [
    "a body, output and redirect",
    http("endpoint: 'http://h', body: {x: '${ .n }', y: .n}, output: response, redirect: true"),
    { n: 1 },
    { uri: "http://h", body: { x: 1, y: ".n" }, output: "response", redirect: true },
  ],
  [
    "an authentication",
    http("endpoint: {uri: 'http://h', authentication: {basic: {username: u, password: '${ .p }'}}}"),
    { p: "s" },
    { uri: "http://h", authentication: { basic: { username: "u", password: "s" } } },
  ],
  [
    "an authentication by name",
    http(
      "endpoint: {uri: 'http://h', authentication: {use: mine}}",
      "use: {authentications: {mine: {bearer: {token: '${ .t }'}}}}",
    ),
    { t: "s" },
    { uri: "http://h", authentication: { bearer: { token: "s" } } },
  ],
];

describe("call http", () => {
  for (const [name, definition, input, request] of requests)
    test(name, () => expect(outputOf(definition, { input })).toEqual({ ...plain, ...request } as Json));

  test("a template over something that is not plain is an expression error", () => {
    expect(errorOf(http("endpoint: 'http://h/{a}'"), { input: { a: [1] } })).toMatchObject({
      status: 400,
      detail: "/do/0/c/with/endpoint: {a} is an array; only plain values fit into a URI",
    });
  });

  test("the activity's error gets the task's pointer", () => {
    const error = { type: "urn:x", status: 404, title: "Not Found" };
    expect(errorOf(http("endpoint: 'http://h'"), { answer: () => ({ error }) })).toEqual({
      ...error,
      instance: "/do/0/c",
    });
  });

  test("a call is known by its task and an id of its own", () => {
    const world = new World(http("endpoint: 'http://h'"), { answer: () => "silence" });
    expect(world.commands).toEqual([
      {
        type: "run-activity",
        activity: "a1",
        task: "/do/0/c",
        request: expect.objectContaining({ kind: "http" }),
      },
    ]);
    expect(world.state.status).toBe("running");
  });
});

test("call openapi", () => {
  const definition = `do:
  - c:
      call: openapi
      with:
        document: {endpoint: 'http://h/{v}.json'}
        operationId: find
        parameters: {s: '\${ .s }'}
        authentication: {bearer: {token: t}}
        output: raw`;
  expect(outputOf(definition, { input: { v: 2, s: "x" } })).toEqual({
    kind: "openapi",
    document: { uri: "http://h/2.json" },
    operationId: "find",
    parameters: { s: "x" },
    output: "raw",
    redirect: false,
    authentication: { bearer: { token: "t" } },
  });
});

describe("run shell", () => {
  const shell = (more: string, beside = "") => `do: [{s: {run: {shell: {${more}}${beside}}}}]`;
  const table: [name: string, definition: string, input: Json, request: object][] = [
    [
      "ruling 3: what looks like interpolation is the shell's",
      shell("command: 'echo ${HOME} ${ .x }'"),
      {},
      { command: "echo ${HOME} ${ .x }" },
    ],
    ["a command that is one expression", shell("command: '${ .c }'"), { c: "ls" }, { command: "ls" }],
    [
      "stdin, arguments and environment",
      shell("command: cat, stdin: '${ .x }', arguments: [a, '${ .n }'], environment: {K: '${ .n }', L: l}"),
      { x: { y: 1 }, n: 2 },
      { command: "cat", stdin: '{"y":1}', arguments: ["a", "2"], environment: { K: "2", L: "l" } },
    ],
    [
      "ruling 10: arguments as a map",
      shell("command: x, arguments: {a: 1, b: two}"),
      {},
      { command: "x", arguments: ["--a", "1", "--b", "two"] },
    ],
    ["return", shell("command: x", ", return: all"), {}, { command: "x", return: "all" }],
  ];
  for (const [name, definition, input, request] of table)
    test(name, () => {
      const defaults = { kind: "shell", arguments: [], environment: {}, return: "stdout" };
      expect(outputOf(definition, { input })).toEqual({ ...defaults, ...request } as Json);
    });

  test("not awaited: the output is the input, the activity is on its own", () => {
    const world = new World(`${shell("command: x", ", await: false")}`, { input: { n: 1 } }).play();
    expect(world.outcome).toEqual({ status: "completed", output: { n: 1 } });
    expect(world.commands[0]).toMatchObject({ type: "run-activity", await: false });
    expect(world.activities.size).toBe(1);
  });
});

describe("run workflow", () => {
  const child = (more = "") => `do: [{w: {run: {workflow: {namespace: n, name: c, version: '1'${more}}}}}]`;
  const echo = { child: ({ input }: { input: Json }) => ({ status: "completed", output: [input] }) as const };

  test("with an input", () => {
    expect(outputOf(child(", input: {x: '${ .a }'}"), { ...echo, input: { a: 1 } })).toEqual([{ x: 1 }]);
  });

  test("without a version the latest is run", () => {
    const world = new World(child().replace(", version: '1'", ""), { input: 5 }).play();
    expect(world.commands[0]).toMatchObject({ type: "start-child", workflow: { version: "latest" } });
  });

  test("ruling 19: without one it gets the task's transformed input", () => {
    const definition = child().replace("{run", "{input: {from: .a}, run");
    expect(outputOf(definition, { ...echo, input: { a: 1 } })).toEqual([1]);
  });

  test("ruling 35: its fault is this task's, which is the instance", () => {
    const error = { type: "urn:x", status: 500, instance: "/do/9/elsewhere" };
    expect(errorOf(child(), { child: () => ({ status: "faulted", error }) })).toEqual({
      ...error,
      instance: "/do/0/w",
    });
    expect(errorOf(child(), { child: () => ({ status: "cancelled" }) })).toMatchObject({
      status: 500,
      instance: "/do/0/w",
    });
  });

  test("not awaited: the output is the input", () => {
    const world = new World(child().replace("'1'}", "'1'}, await: false"), { input: 5 }).play();
    expect(world.outcome).toEqual({ status: "completed", output: 5 });
    expect(world.commands[0]).toMatchObject({ type: "start-child", child: "c1", await: false, input: 5 });
  });

  test("while it runs the execution waits; cancelling it cancels the child", () => {
    const world = new World(child());
    expect(world.state.status).toBe("waiting");
    world.give({ type: "cancel-requested" });
    expect(world.commands.slice(1)).toEqual([
      { type: "cancel-child", child: "c1" },
      { type: "end", outcome: { status: "cancelled" } },
    ]);
  });
});
