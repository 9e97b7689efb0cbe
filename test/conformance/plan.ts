import { parse } from "yaml";
import type { Json } from "../../src/expression/json.ts";
import type { Scenario, Step } from "./gherkin.ts";

/** What a scenario asks for, in the terms of the command line. */
export interface Plan {
  readonly definition: string;
  readonly input: Json | undefined;
  readonly expectations: readonly Expectation[];
}

export interface Expectation {
  readonly step: Step;
  /** What is wrong, or undefined when it is met. */
  readonly failure: (outcome: Outcome) => string | undefined;
}

/** How an execution ended, and which of its tasks did what. */
export interface Outcome {
  readonly status: string;
  readonly output: Json;
  readonly error: Json;
  /** Task lifecycle in order: `started`, `completed`, `faulted`, `cancelled`. */
  readonly tasks: readonly { readonly change: string; readonly name: string }[];
}

/** Sorts a scenario's steps into arrange, act and assert (ctk/README.md "Steps"). Throws at a step it does not know. */
export function planOf(scenario: Scenario): Plan {
  let definition: string | undefined;
  let input: Json | undefined;
  const expectations: Expectation[] = [];
  for (const step of scenario.steps) {
    if (step.text === "a workflow with definition") definition = step.block;
    else if (step.text === "given the workflow input is") input = parse(step.block ?? "");
    else if (step.text !== "the workflow is executed") expectations.push({ step, failure: assertion(step) });
  }
  if (definition === undefined) throw new Error(`"${scenario.name}" defines no workflow`);
  if (expectations.length === 0) throw new Error(`"${scenario.name}" expects nothing`);
  return { definition, input, expectations };
}

type Assertion = (outcome: Outcome, words: readonly string[], block: Json) => string | undefined;

const ended = { cancel: "cancelled", complete: "completed", fault: "faulted" } as const;

const assertions: readonly [RegExp, Assertion][] = [
  [
    /^the workflow should (cancel|complete|fault)$/,
    ({ status }, [verb]) => differs("status", status, ended[verb as keyof typeof ended]),
  ],
  [
    /^the workflow should complete with output$/,
    ({ status, output }, _, block) =>
      differs("status", status, "completed") ?? differs("output", output, block),
  ],
  [
    /^the workflow should fault with error$/,
    ({ status, error }, _, block) =>
      differs("status", status, "faulted") ??
      Object.entries(block ?? {})
        .map(([key, value]) => differs(`error.${key}`, at(error, key), value))
        .find((failure) => failure !== undefined),
  ],
  [
    /^the workflow output should have properties (.+)$/,
    ({ output }, [names]) => {
      const missing = quoted(names!).filter((name) => at(output, name) === undefined);
      return missing.length === 0 ? undefined : `output has no ${missing.join(", ")}`;
    },
  ],
  [
    /^the workflow output should have a '([^']+)' property with value$/,
    ({ output }, [name], block) => differs(`output.${name}`, at(output, name!), block),
  ],
  [
    /^the workflow output should have a '([^']+)' property containing (\d+) items$/,
    ({ output }, [name, count]) => {
      const value = at(output, name!);
      return differs(`items of output.${name}`, Array.isArray(value) ? value.length : -1, Number(count));
    },
  ],
  [/^(\S+) should run first$/, ({ tasks }, [name]) => differs("the first task", started(tasks)[0], name!)],
  [/^(\S+) should run last$/, ({ tasks }, [name]) => differs("the last task", started(tasks).at(-1), name!)],
  [/^(\S+) should run before (\S+)$/, ({ tasks }, [one, other]) => order(tasks, one!, other!)],
  [/^(\S+) should run after (\S+)$/, ({ tasks }, [one, other]) => order(tasks, other!, one!)],
  [
    /^(\S+) should (cancel|complete|fault)$/,
    ({ tasks }, [name, verb]) => {
      const change = ended[verb as keyof typeof ended];
      const happened = tasks.some((task) => task.name === name && task.change === change);
      return happened ? undefined : `${name} was not ${change}`;
    },
  ],
];

function assertion(step: Step): Expectation["failure"] {
  for (const [pattern, check] of assertions) {
    const words = pattern.exec(step.text)?.slice(1);
    const block: Json = step.block === undefined ? null : parse(step.block);
    if (words !== undefined) return (outcome) => check(outcome, words, block);
  }
  throw new Error(`Line ${step.line}: there is no such step: ${step.text}`);
}

function started(tasks: Outcome["tasks"]): string[] {
  return tasks.filter(({ change }) => change === "started").map(({ name }) => name);
}

function order(tasks: Outcome["tasks"], first: string, second: string): string | undefined {
  const [one, other] = [started(tasks).indexOf(first), started(tasks).indexOf(second)];
  return one >= 0 && one < other ? undefined : `${first} did not start before ${second}`;
}

function quoted(names: string): string[] {
  return [...names.matchAll(/'([^']+)'/g)].map((match) => match[1]!);
}

/** The value at a path of names with dots between them. */
function at(value: Json | undefined, path: string): Json | undefined {
  let current = value;
  for (const name of path.split(".")) {
    if (typeof current !== "object" || current === null || Array.isArray(current)) return undefined;
    current = Object.hasOwn(current, name) ? (current as Record<string, Json>)[name] : undefined;
  }
  return current;
}

function differs(what: string, actual: Json | undefined, expected: Json | undefined): string | undefined {
  if (Bun.deepEquals(actual, expected, true)) return undefined;
  return `${what} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`;
}
