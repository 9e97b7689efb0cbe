import type { Dice } from "./dice.ts";
import { generators } from "./kind-generators.ts";

export interface GeneratorOptions {
  /**
   * Whether the outcome must not depend on when and in which order things happen: no timeouts, no competing branches,
   * and nothing in parallel branches that faults, ends the workflow or writes the context.
   */
  readonly confluent: boolean;
  /** Names of the workflows it may run, in the namespace `test`. */
  readonly children: readonly string[];
  /** How deep tasks stand in one another. */
  readonly depth: number;
  /** Whether it uses secrets: `s0`, which is always there, and where nothing has to be sure `s1`, which is not. */
  readonly secrets?: boolean;
}

/** Where a task is to be made. */
export interface Scope {
  readonly dice: Dice;
  readonly options: GeneratorOptions;
  /** How many levels may follow. */
  readonly depth: number;
  /** Place in the list, and the length of the list. */
  readonly index: number;
  readonly length: number;
  /** Whether other tasks run at the same time. */
  readonly parallel: boolean;
  /** Whether it is a branch of a fork, which leads nowhere. */
  readonly branch: boolean;
}

const defaults: GeneratorOptions = { confluent: false, children: ["c"], depth: 3 };

/**
 * A random definition without its head: every kind of task, nested a few levels, with directives, faults, timeouts and
 * retries. It comes to an end, since directives only lead forward.
 */
export function randomDefinition(dice: Dice, given: Partial<GeneratorOptions> = {}): object {
  const options = { ...defaults, secrets: dice.chance(30), ...given };
  const scope: Scope = {
    dice,
    options,
    depth: options.depth,
    index: 0,
    length: 1,
    parallel: false,
    branch: false,
  };
  const timed = !options.confluent;
  return {
    use: {
      ...(options.secrets && { secrets: options.confluent ? ["s0"] : ["s0", "s1"] }),
      errors: { named: { type: "urn:named", status: 401 } },
      retries: {
        named: { delay: { seconds: 1 }, backoff: { linear: {} }, limit: { attempt: { count: 2 } } },
      },
      timeouts: { named: { after: "PT3S" } },
    },
    ...(dice.chance(10) && { input: { from: "{n: (.n? // 1)}" } }),
    do: randomList(scope, options.depth),
    ...(dice.chance(10) && { output: { as: "{whole: .}" } }),
    ...(timed && dice.chance(20) && { timeout: { after: { seconds: 1 + dice.roll(40) } } }),
  };
}

/** A list of tasks of which each may stand so many levels above its deepest. */
export function randomList(scope: Scope, depth: number, branch = false): object[] {
  const length = 2 + scope.dice.roll(3);
  const parallel = scope.parallel || branch;
  return Array.from({ length }, (_, index) => ({
    [`t${index}`]: task({ ...scope, depth, index, length, parallel, branch }),
  }));
}

const nests = ["do", "for", "fork", "try"];
/** What a task in a parallel branch may not be when the outcome must not depend on the order. */
const unsure = ["raise", "run workflow"];

function task(scope: Scope): object {
  const { dice, depth, options, parallel } = scope;
  const nested = depth > 0 && dice.chance(depth === options.depth ? 75 : 40);
  const kinds = Object.keys(generators).filter((kind) => nests.includes(kind) === nested);
  const sure = options.confluent && parallel;
  const possible = kinds.filter((name) => !sure || !unsure.includes(name));
  const kind = dice.weighted(possible.map((name) => [name === "raise" ? 1 : 3, name] as const));
  const body = generators[kind]!(scope);
  return { ...body, ...decorations(scope, "switch" in body) };
}

/** What every kind of task may have. */
function decorations(scope: Scope, directed: boolean): object {
  const { dice, options, parallel } = scope;
  const sure = options.confluent && parallel;
  const values = sure ? total : [...total, ...partial];
  return {
    ...(dice.chance(10) && { if: condition(scope, sure ? conditions : [...conditions, "$context.n.x"]) }),
    ...(dice.chance(10) && { input: { from: dice.pick(values), ...schema(scope) } }),
    ...(dice.chance(10) && { output: { as: dice.pick([...values, "$input"]), ...schema(scope) } }),
    ...(!sure && dice.chance(10) && { export: { as: "{n: 3}", ...schema(scope) } }),
    ...(!options.confluent && dice.chance(10) && { timeout: timeout(dice) }),
    ...(dice.chance(15) && !directed && goTo(forward(scope))),
  };
}

/** With secrets, one of those that only an activity can evaluate. */
export function condition({ dice, options }: Scope, others: readonly string[]): string {
  if (!options.secrets || dice.chance(60)) return dice.pick(others);
  return dice.pick(options.confluent ? secretly : [...secretly, '$secrets.s1 != "none"']);
}

const secretly = ["($secrets.s0 | length) > (.n? // 0) * 5", '$secrets.s0 == "none" | not'];
const conditions = ["(.n? // 0) > 3", "false", ".n? != 2"];
const total = [".", "{n: 1}", "{n: 3}", "{n: ((.n? // 0) + 1)}", "{deep: ., n: 2}"];
/** Some data makes these fail. */
const partial = ["$context.n.x", ".n.x", "{n: (.n + 1)}"];

function schema({ dice, options, parallel }: Scope): object {
  if (!dice.chance(25)) return {};
  const host = hostOf(options, parallel);
  const external = { resource: { endpoint: `http://${host}/schema/${dice.roll(2)}` } };
  if (options.confluent && parallel) return { schema: external };
  return { schema: dice.chance(50) ? external : { document: { type: dice.pick(["object", "array"]) } } };
}

const timeout = (dice: Dice) => (dice.chance(20) ? "named" : { after: { seconds: 1 + dice.roll(6) } });

/** The name of a service says what its answers depend on, see `answers.ts`. */
export function hostOf({ confluent }: GeneratorOptions, parallel: boolean): string {
  if (!confluent) return "wild.test";
  return parallel ? "sure.test" : "pure.test";
}

/** An object literal with this key would look like a promise. */
const directiveKey = "then";

export function goTo(directive: string): object {
  return { [directiveKey]: directive };
}

/** Only forward, so that every definition comes to an end. */
export function forward({ dice, index, length, options, parallel, branch }: Scope): string {
  const followers = branch ? 0 : length - index - 1;
  const later = Array.from({ length: followers }, (_, step) => `t${index + 1 + step}`);
  const end = !(options.confluent && parallel) && dice.chance(20) ? ["end"] : [];
  return dice.pick(["continue", "exit", ...end, ...later]);
}
