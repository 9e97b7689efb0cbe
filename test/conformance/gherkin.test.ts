import { describe, expect, test } from "bun:test";
import { readFeature } from "./gherkin.ts";
import { type Outcome, planOf } from "./plan.ts";
import { startPublicServices } from "./public-services.ts";

const feature = `Feature: One Feature
  As someone

  # A remark
  Scenario: First
    Given a workflow with definition:
    """yaml
    do:
      - one:
          set: {}
    """
    And given the workflow input is:
      """yaml
      a: 1
      """
    When the workflow is executed
    Then the workflow should complete

  Scenario: Second
    Given a workflow with definition:
    """yaml
    do: []
    """
    Then EXPECTATION`;

const second = (expectation: string) => readFeature(feature.replace("EXPECTATION", expectation))[1]!;

describe("reading", () => {
  test("scenarios, steps and blocks", () => {
    const [first] = readFeature(feature);
    expect(first).toMatchObject({ feature: "One Feature", name: "First" });
    expect(first?.steps.map(({ text, line }) => [line, text])).toEqual([
      [6, "a workflow with definition"],
      [12, "given the workflow input is"],
      [16, "the workflow is executed"],
      [17, "the workflow should complete"],
    ]);
    expect(planOf(first!)).toMatchObject({ definition: "do:\n  - one:\n      set: {}\n", input: { a: 1 } });
  });

  test("what it does not know is an error, never skipped", () => {
    expect(() => readFeature(feature.replace("When the", "Whenever the"))).toThrow("Line 16 is not a step");
    expect(() => readFeature(feature.replace('    """\n    Then EXP', "    Then EXP"))).toThrow("has no end");
    expect(() => planOf(second("the workflow should sing"))).toThrow("there is no such step");
    expect(() => planOf(readFeature(feature.replace("Then the workflow should complete", ""))[0]!)).toThrow(
      "expects nothing",
    );
  });
});

describe("judging", () => {
  const outcome: Outcome = {
    status: "completed",
    output: { a: { b: [1, 2] }, n: null },
    error: { status: 404, detail: "d" },
    tasks: [
      { change: "started", name: "one" },
      { change: "completed", name: "one" },
      { change: "started", name: "two" },
      { change: "faulted", name: "two" },
    ],
  };
  const judge = (expectation: string, actual = outcome) =>
    planOf(second(expectation)).expectations[0]!.failure(actual);
  const block = (yaml: string) => `:\n    """yaml\n    ${yaml}\n    """`;

  test.each([
    "the workflow should complete",
    `the workflow should complete with output${block("{ n: null, a: { b: [1, 2] } }")}`,
    "the workflow output should have properties 'a', 'a.b', 'n'",
    `the workflow output should have a 'a.b' property with value${block("[1, 2]")}`,
    "the workflow output should have a 'a.b' property containing 2 items",
    "one should run first",
    "two should run last",
    "one should run before two",
    "two should run after one",
    "one should complete",
    "two should fault",
  ])("holds: %s", (expectation) => {
    expect(judge(expectation)).toBeUndefined();
  });

  test.each([
    "the workflow should fault",
    "the workflow should cancel",
    `the workflow should complete with output${block("{ n: null }")}`,
    `the workflow should fault with error${block("{ status: 404 }")}`,
    "the workflow output should have properties 'a', 'a.c'",
    `the workflow output should have a 'a.b' property with value${block("[2, 1]")}`,
    "the workflow output should have a 'a' property containing 0 items",
    "two should run first",
    "one should run last",
    "two should run before one",
    "one should run after one",
    "one should fault",
    "three should cancel",
  ])("does not hold: %s", (expectation) => {
    expect(judge(expectation)).toBeString();
  });

  test("an error is compared by the members that are expected", () => {
    const faulted = { ...outcome, status: "faulted" };
    expect(judge(`the workflow should fault with error${block("{ status: 404 }")}`, faulted)).toBeUndefined();
    expect(judge(`the workflow should fault with error${block("{ status: 503 }")}`, faulted)).toBeString();
  });
});

test("the stand-in for public services: pets, 404s, basic authentication", async () => {
  const services = startPublicServices();
  const get = (path: string, headers = {}) => fetch(services.origin + path, { headers });
  expect(await (await get("/v2/pet/1")).json()).toMatchObject({ id: 1, name: "Milou" });
  expect(await (await get("/v2/pet/findByStatus?status=available")).json()).toHaveLength(2);
  expect(await (await get("/v2/swagger.json")).json()).toMatchObject({ swagger: "2.0" });
  expect((await get("/v2/pet/getPetByName/Milou")).status).toBe(404);
  expect((await get("/basic-auth/a/b")).status).toBe(401);
  expect((await get("/basic-auth/a/b", { authorization: `Basic ${btoa("a:b")}` })).status).toBe(200);
  expect(services.requests).toHaveLength(6);
  const definition =
    "https://petstore.swagger.io/v2/pet/1 https://httpbin.org/basic-auth/a/b https://fake-source.com";
  expect(services.redirect(definition)).toBe(
    `${services.origin}/v2/pet/1 ${services.origin}/basic-auth/a/b https://fake-source.com`,
  );
  await services.stop();
});
