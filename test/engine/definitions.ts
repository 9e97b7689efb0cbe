import type { DefinitionSource } from "../../src/engine/engine.ts";

/** A definition in the namespace `test`; `tasks` is YAML, indented by nothing. */
export function source(name: string, tasks: string, version = "1.0.0"): DefinitionSource {
  const body = tasks
    .trim()
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
  const head = `document:\n  dsl: "1.0.3"\n  namespace: test\n  name: ${name}\n  version: ${version}\n`;
  return { file: `${name}.yaml`, text: `${head}do:\n${body}\n` };
}

export const sums = source(
  "sums",
  `
- first:
    set:
      sum: \${ .a + 1 }
- second:
    set:
      sum: \${ .sum + 1 }
`,
);

/** Calls `…/before`, then `…/hold`, then `…/after`. */
export const holds = source("holds", ["before", "hold", "after"].map((name) => call(name)).join("\n"));

/** One HTTP task, as an entry of a task list. */
export function call(name: string): string {
  return `- ${name}:\n    call: http\n    with:\n      method: get\n      endpoint: http://peer.test/${name}`;
}

export const sleeps = (milliseconds: number) =>
  source("sleeps", `- nap:\n    wait:\n      milliseconds: ${milliseconds}\n${call("after")}`);

/** Runs for as long as the counter stays below the limit; no task of it leaves the engine. */
export const loops = source(
  "loops",
  `
- count:
    set:
      n: \${ .n + 1 }
      limit: \${ .limit }
- again:
    switch:
      - more:
          when: .n < .limit
          then: count
      - done:
          then: end
`,
);
