/** Program: `bun run simulate --seed N --steps M [--count C] [--quiet]` lives a seed, or C from it on, and tells what happens. */
import { parseArgs } from "node:util";
import { simulate } from "./simulation.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    steps: { type: "string", default: "600" },
    count: { type: "string", default: "1" },
    quiet: { type: "boolean", default: false },
  },
});

const [first, steps, count] = [values.seed, values.steps, values.count].map(Number) as [
  number,
  number,
  number,
];
const summed = [
  "steps",
  "lives",
  "commits",
  "executions",
  "activities",
  "repeated",
  "gone",
  "modelled",
] as const;
const sums = Object.fromEntries(summed.map((name) => [name, 0])) as Record<(typeof summed)[number], number>;
let broken = 0;
for (let seed = first; seed < first + count; seed++) {
  const trace = values.quiet || count > 1 ? () => {} : (line: string) => console.log(line);
  try {
    const report = await simulate(seed, steps, trace);
    if (count === 1) console.log(report);
    else for (const name of summed) sums[name] += report[name] + (report.backup?.[name] ?? 0);
  } catch (error) {
    broken += 1;
    console.log(`Seed ${seed}: ${(error as Error).message}`);
  }
  const lived = seed - first + 1;
  if (count > 1 && (lived === count || lived % 500 === 0)) {
    const told = summed.map((name) => `${sums[name]} ${name}`).join(", ");
    console.log(`${lived} seeds, ${broken} of them broken: ${told}`);
  }
}
process.exitCode = broken > 0 ? 1 : 0;
