import { describe, expect, test } from "bun:test";
import type { ActivityRequest } from "../../src/dsl/request.ts";
import type { Json } from "../../src/expression/json.ts";
import { type Answer, errorOf, outputOf, World } from "./world.ts";

const use = "use: { secrets: [token, db] }\n";

/** Answers evaluations by the pointer of their slot, everything else by `{}`. */
function evaluating(values: Record<string, Json>, asked: ActivityRequest[] = []) {
  return (request: ActivityRequest): Answer => {
    asked.push(request);
    const label = request.deferred?.find(({ at }) => at === "/value")?.label ?? "";
    return { output: request.kind === "evaluate" ? (values[label] ?? null) : {} };
  };
}

describe("what a call may send travels unevaluated, with all it needs", () => {
  const call = `${use}do:
- set: { export: { as: . }, set: { user: ada } }
- call:
    call: http
    with:
      method: post
      endpoint: "\${ \\"http://h/\\" + $secrets.token }"
      headers: { a: '\${ $secrets.token }', b: '\${ $context.user }' }
      query: { plain: '\${ .user }' }
      body: { key: '\${ $secrets.db.key + $context.user }' }`;

  test("apart from the request's data", () => {
    const requests: ActivityRequest[] = [];
    outputOf(call, { answer: evaluating({}, requests) });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      kind: "http",
      uri: "",
      headers: {},
      query: { plain: "ada" },
      body: null,
      secrets: ["token", "db"],
    });
    expect(requests[0]!.deferred).toMatchObject([
      { at: "/body", form: "value", label: "/do/1/call/with/body", variables: { context: { user: "ada" } } },
      { at: "/uri", form: "text", label: "/do/1/call/with/endpoint", input: { user: "ada" }, variables: {} },
      { at: "/headers", form: "text-map", value: { a: "${ $secrets.token }", b: "${ $context.user }" } },
    ]);
  });

  test.each([
    ["environment: { T: '${ $secrets.token }' }", "/environment", "text-map"],
    ["arguments: ['${ $secrets.token }']", "/arguments", "arguments"],
    ["stdin: '${ $secrets.token }'", "/stdin", "optional-text"],
  ])("to a process: %s", (part, at, form) => {
    const requests: ActivityRequest[] = [];
    outputOf(`${use}do: [{a: {run: {shell: {command: x, ${part}}}}}]`, { answer: evaluating({}, requests) });
    expect(requests[0]!.deferred).toMatchObject([{ at, form }]);
  });

  test("what looks like it in data stays data", () => {
    const requests: ActivityRequest[] = [];
    const input = { deferred: [{ at: "/body" }], text: "${ $secrets.token }" };
    const body = "do: [{a: {call: http, with: {method: post, endpoint: 'http://h', body: '${ . }'}}}]";
    outputOf(use + body, { input, answer: evaluating({}, requests) });
    expect(requests[0]).toMatchObject({ body: input });
    expect(requests[0]!.deferred).toBeUndefined();
  });

  test("an authentication names its secret", () => {
    const requests: ActivityRequest[] = [];
    const endpoint = "endpoint: {uri: 'http://h', authentication: {basic: {use: db}}}";
    outputOf(`${use}do: [{a: {call: http, with: {method: get, ${endpoint}}}}]`, {
      answer: evaluating({}, requests),
    });
    expect(requests[0]).toMatchObject({ authentication: { basic: { use: "db" } }, secrets: ["token", "db"] });
  });
});

describe("ruling 4: elsewhere an activity evaluates it, and the work goes on with the value", () => {
  test.each<[string, string, Record<string, Json>, Json]>([
    ["set", "do: [{a: {set: {x: '${ $secrets.token == null }'}}}]", { "/do/0/a/set": { x: 1 } }, { x: 1 }],
    ["input.from", "do: [{a: {input: {from: $secrets.db.n}, set: $input}}]", { "/do/0/a/input/from": 5 }, 5],
    ["output.as", "do: [{a: {set: {}, output: {as: $secrets.db.n}}}]", { "/do/0/a/output/as": 6 }, 6],
    ["workflow input", "input: {from: $secrets.db.n}\ndo: [{a: {set: .}}]", { "/input/from": 7 }, 7],
    ["workflow output", "output: {as: $secrets.db.n}\ndo: [{a: {set: {}}}]", { "/output/as": 8 }, 8],
    [
      "export.as",
      "do: [{a: {set: {}, export: {as: $secrets.db.n}}}, {b: {set: $context}}]",
      { "/do/0/a/export/as": 9 },
      9,
    ],
    [
      "switch",
      "do: [{a: {switch: [{x: {when: $secrets.db.a, then: c}}, {y: {when: $secrets.db.b, then: d}}]}}, " +
        "{c: {set: {at: c}, then: end}}, {d: {set: {at: d}}}]",
      { "/do/0/a/switch/0/x/when": false, "/do/0/a/switch/1/y/when": true },
      { at: "d" },
    ],
    [
      "for",
      "do: [{a: {for: {in: $secrets.db.list}, while: $secrets.db.more, do: [{b: {set: '. + [$item]'}}]}}]",
      { "/do/0/a/for/in": [1, 2, 3], "/do/0/a/while": true },
      [1, 2, 3],
    ],
    [
      "emit",
      "do: [{a: {emit: {event: {with: {source: s, type: t, data: '${ $secrets.db.n }'}}}}}]",
      {},
      null,
    ],
  ])("%s", (name, definition, values, output) => {
    const given = name === "emit" ? { "/do/0/a/emit/event/with": { source: "s", type: "t" } } : values;
    const got = outputOf(use + definition, { input: [], answer: evaluating(given) });
    if (name === "emit") expect(got).toMatchObject({ specversion: "1.0", source: "s" });
    else expect(got).toEqual(output);
  });

  test("if: a task that is not run", () => {
    const world = new World(`${use}do: [{a: {if: $secrets.db.on, set: {x: 1}}}]`, {
      input: 3,
      answer: evaluating({ "/do/0/a/if": false }),
    }).play();
    expect(world.outcome).toEqual({ status: "completed", output: 3 });
    expect(world.story).toEqual([]);
  });

  test("durations: of a wait and of a timeout, which is armed once", () => {
    const world = new World(
      `${use}do: [{a: {timeout: {after: '\${ $secrets.db.t }'}, wait: '\${ $secrets.db.w }'}}]`,
      { answer: evaluating({ "/do/0/a/timeout/after": "PT9S", "/do/0/a/wait": "PT1S" }) },
    ).play();
    expect(world.outcome?.status).toBe("completed");
    expect(world.commands.filter(({ type }) => type === "start-timer")).toHaveLength(2);
  });

  test("a loop asks again in each round, on what is then its input", () => {
    const asked: ActivityRequest[] = [];
    outputOf(`${use}do: [{a: {for: {in: '[1,2]'}, while: '. < $secrets.db.n', do: [{b: {set: '. + 1'}}]}}]`, {
      input: 0,
      answer: evaluating({ "/do/0/a/while": true }, asked),
    });
    expect(asked.map(({ deferred }) => deferred?.[0]?.input)).toEqual([0, 1]);
  });
});

describe("around errors", () => {
  const failing = "try: [{b: {raise: {error: {type: 'urn:x', status: 400}}}}]";

  test("a condition of a catch, and its retry policy", () => {
    const policy =
      "retry: {when: $secrets.db.w, delay: '${ $secrets.db.d }', " +
      "limit: {attempt: {count: 2, duration: '${ $secrets.db.l }'}}}";
    const world = new World(`${use}do: [{a: {${failing}, catch: {when: $secrets.db.c, ${policy}}}}]`, {
      answer: evaluating({
        "/do/0/a/catch/when": true,
        "/do/0/a/catch/retry/when": true,
        "/do/0/a/catch/retry/delay": { milliseconds: 0 },
        "/do/0/a/catch/retry/limit/attempt/duration": "PT1S",
      }),
    }).play();
    expect(world.outcome).toMatchObject({ status: "faulted", error: { type: "urn:x" } });
    expect(world.lifecycle.filter(({ type }) => type === "task.retried")).toHaveLength(2);
    expect(world.story.filter((line) => line === "faulted /do/0/a/try/0/b")).toHaveLength(3);
  });

  test("a condition that does not hold lets the error through", () => {
    const answer = evaluating({ "/do/0/a/catch/when": false });
    expect(errorOf(`${use}do: [{a: {${failing}, catch: {when: $secrets.db.c}}}]`, { answer }).type).toBe(
      "urn:x",
    );
  });

  test("an evaluation that fails faults its task, and can be caught", () => {
    const error = { type: "urn:missing", status: 403 };
    const answer = (request: ActivityRequest): Answer =>
      request.kind === "evaluate" ? { error } : { output: 1 };
    expect(errorOf(`${use}do: [{a: {set: {x: '\${ $secrets.token }'}}}]`, { answer })).toEqual({
      ...error,
      instance: "/do/0/a",
    });
    const caught = "catch: {errors: {with: {status: 403}}, do: [{c: {set: {caught: true}}}]}";
    expect(
      outputOf(`${use}do: [{a: {try: [{b: {set: {x: '\${ $secrets.token }'}}}], ${caught}}}]`, { answer }),
    ).toEqual({ caught: true });
    expect(errorOf(`${use}input: {from: $secrets.token}\ndo: []`, { answer })).toMatchObject({
      instance: "/input/from",
    });
  });

  test("a timeout and a cancellation give up on an evaluation", () => {
    const slow = `${use}do: [{a: {timeout: {after: PT1S}, set: {x: '\${ $secrets.token }'}}}]`;
    const silent = { answer: () => "silence" as const };
    const world = new World(slow, silent).play();
    expect(world.outcome).toMatchObject({ status: "faulted", error: { status: 408 } });
    expect(world.activities.size).toBe(0);
    const events = [{ type: "cancel-requested", after: 5 } as const];
    expect(new World(slow, { ...silent, events }).play().outcome).toEqual({ status: "cancelled" });
  });
});

describe("ruling 37: $authorization", () => {
  const endpoint = "endpoint: {uri: 'http://h', authentication: {bearer: {token: '${ .t }'}}}";
  const input = { t: "abc" };

  test("travels with a call that has an authentication, and with what comes after it", () => {
    const asked: ActivityRequest[] = [];
    const more = "output: {as: '{scheme: $authorization.scheme}'}, export: {as: '$authorization.scheme'}";
    const call = `call: http, with: {method: get, ${endpoint}, headers: {x: '\${ $authorization.scheme }'}}`;
    const given = evaluating(
      { "/do/0/a/output/as": { scheme: "Bearer" }, "/do/0/a/export/as": "Bearer" },
      asked,
    );
    expect(outputOf(`do: [{a: {${call}, ${more}}}]`, { input, answer: given })).toEqual({ scheme: "Bearer" });
    expect(asked.map(({ kind, deferred }) => [kind, deferred?.map(({ at }) => at)])).toEqual([
      ["http", ["/headers"]],
      ["evaluate", ["/value"]],
      ["evaluate", ["/value"]],
    ]);
    for (const request of asked)
      expect(request).toMatchObject({ authentication: { bearer: { token: "abc" } } });
  });

  test("is null where there is no authentication", () => {
    expect(outputOf("do: [{a: {set: {x: '${ $authorization }'}}}]")).toEqual({ x: null });
  });
});
