/** Numbers from a seed, for tests that try many things and must be able to try the same again. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = Math.imul(seed + 1, 2654435761) >>> 0;
  }

  /** An integer in [0, sides). */
  roll(sides: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * sides);
  }

  chance(percent: number): boolean {
    return this.roll(100) < percent;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.roll(items.length)]!;
  }
}

type Body = Record<string, unknown>;

/**
 * A random definition: every kind of task, nested a few levels, with directives, faults, timeouts and
 * retries.
 */
export function randomDefinition(dice: Dice): object {
  return {
    do: list(dice, 3),
    ...(dice.chance(20) && { timeout: { after: { seconds: 1 + dice.roll(20) } } }),
  };
}

function list(dice: Dice, depth: number): object[] {
  const length = 2 + dice.roll(3);
  return Array.from({ length }, (_, index) => ({ [`t${index}`]: task(dice, depth, index, length) }));
}

function task(dice: Dice, depth: number, index: number, length: number): object {
  const nested = depth > 0 && dice.chance(depth === 3 ? 80 : 40);
  const body = dice.pick(nested ? nests : leaves)(dice, depth, index, length);
  return {
    ...body,
    ...(dice.chance(10) && { if: dice.pick([".n > 3", "false", ".n", "$context.n.x"]) }),
    ...(dice.chance(10) && { input: { from: dice.pick([".", "{n: 1}", "{n: 3}", "$context.n.x"]) } }),
    ...(dice.chance(10) && { output: { as: dice.pick([".", "{n: 2}", "$input"]) } }),
    ...(dice.chance(10) && { export: { as: "{n: 3}", ...(dice.chance(30) && { schema: external }) } }),
    ...(dice.chance(10) && { timeout: { after: { seconds: 1 + dice.roll(4) } } }),
    ...(dice.chance(15) && !("switch" in body) && goTo(forward(dice, index, length))),
  };
}

/** An object literal with this key would look like a promise. */
const directiveKey = "then";

function goTo(directive: string): object {
  return { [directiveKey]: directive };
}

const external = { resource: { endpoint: "http://h/schema" } };
const endpoint = "http://h/";

/** Only forward, so that every definition comes to an end. */
function forward(dice: Dice, index: number, length: number): string {
  const later = Array.from({ length: length - index - 1 }, (_, step) => `t${index + 1 + step}`);
  return dice.pick(["continue", "exit", ...(dice.chance(20) ? ["end"] : []), ...later]);
}

const leaves: ((dice: Dice, depth: number, index: number, length: number) => Body)[] = [
  (dice) => ({ set: { n: dice.roll(9) } }),
  () => ({ set: { n: "${ ($input.n // 0) + 1 }" } }),
  (dice) => ({ wait: { seconds: dice.roll(5) } }),
  () => ({ call: "http", with: { method: "get", endpoint } }),
  (dice) => ({ run: { shell: { command: "x" }, await: dice.chance(70) } }),
  (dice) => ({ run: { workflow: { namespace: "n", name: "c", version: "1" }, await: dice.chance(70) } }),
  () => ({ emit: { event: { with: { type: "t" } } } }),
  (dice) =>
    dice.chance(60) ? { set: {} } : { raise: { error: { type: "urn:x", status: 400 + dice.roll(3) } } },
  (dice, _depth, index, length) => ({
    switch: [
      { a: { when: ".n > 4", ...goTo(forward(dice, index, length)) } },
      { b: goTo(forward(dice, index, length)) },
    ],
  }),
];

const nests: ((dice: Dice, depth: number) => Body)[] = [
  (dice, depth) => ({ do: list(dice, depth - 1) }),
  (dice, depth) => ({
    for: { in: "[1, 2, 3]" },
    do: list(dice, depth - 1),
    ...(dice.chance(30) && { while: "$item < 3" }),
  }),
  (dice, depth) => ({ fork: { branches: list(dice, depth - 1), compete: dice.chance(50) } }),
  (dice, depth) => ({ try: list(dice, depth - 1), catch: clause(dice, depth - 1) }),
];

function clause(dice: Dice, depth: number): object {
  const limit = { attempt: { count: dice.roll(3), ...(dice.chance(30) && { duration: { seconds: 2 } }) } };
  return {
    ...(dice.chance(30) && { errors: { with: { status: 401 } } }),
    ...(dice.chance(20) && { when: ".status != 402" }),
    ...(dice.chance(50) && { retry: { delay: { seconds: dice.roll(2) }, limit } }),
    ...(dice.chance(50) && { do: list(dice, depth) }),
    ...(dice.chance(20) && goTo("continue")),
  };
}
