import { describe, expect, test } from "bun:test";
import { parseDefinitions } from "../../src/dsl/definition.ts";
import { kindNames } from "../../src/workflow/task/kinds.ts";
import { Dice } from "./dice.ts";
import { randomDefinition } from "./generator.ts";
import { generators } from "./kind-generators.ts";
import { regressions } from "./regressions.ts";
import { simulate } from "./simulation.ts";

const soak = process.env["PAWL_SOAK"] !== undefined;
const seeds = soak ? 20_000 : 200;
const steps = soak ? 400 : 200;
const group = soak ? 500 : 20;

async function live(seed: number, stepsOfIt: number): Promise<void> {
  await simulate(seed, stepsOfIt).catch((error) => {
    throw new Error(`bun run simulate --seed ${seed} --steps ${stepsOfIt}: ${error.message}`);
  });
}

describe("the generator of definitions", () => {
  test("knows every kind of task that runs", () => {
    expect(Object.keys(generators).sort()).toEqual([...kindNames].sort());
  });

  for (const confluent of [true, false])
    test(`makes valid definitions with tasks of all kinds, ${confluent ? "confluent" : "wild"}`, () => {
      const seen = new Set<string>();
      const document = { dsl: "1.0.3", namespace: "test", name: "any", version: "1.0.0" };
      for (let seed = 0; seed < 40; seed++) {
        const body = randomDefinition(new Dice(seed), { confluent, children: ["c"], depth: 2 });
        const { diagnostics } = parseDefinitions("any", JSON.stringify({ document, ...body }));
        expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
        for (const kind of kindsIn(body)) seen.add(kind);
      }
      expect([...seen].sort()).toEqual([...kindNames].sort());
    });
});

describe("simulated lives", () => {
  for (let first = 0; first < seeds; first += group)
    test(
      `seeds from ${first} keep every promise`,
      async () => {
        for (let seed = first; seed < first + group; seed++) await live(seed, steps);
      },
      soak ? 3_600_000 : 120_000,
    );

  test("the same seed is the same life", async () => {
    const told = async () => {
      const lines: string[] = [];
      const report = await simulate(7, steps, (line) => lines.push(line));
      return { lines, report };
    };
    expect(await told()).toEqual(await told());
  });

  test.each(regressions)("never again: $what", ({ seed, steps }) => live(seed, steps));
});

/** The kinds of all tasks of a definition, told by the keys that make a task one. */
function kindsIn(value: unknown): string[] {
  if (value === null || typeof value !== "object") return [];
  const entries = Object.entries(value);
  const own = kindNames.filter((kind) => {
    const [key = "", more = ""] = kind.split(" ");
    const found = (value as Record<string, unknown>)[key];
    if (more === "") return key === "do" ? key in value && !("for" in value) : key in value;
    return found === more || (found !== null && typeof found === "object" && more in found);
  });
  return [...own, ...entries.flatMap(([, inner]) => kindsIn(inner))];
}
