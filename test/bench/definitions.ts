/** The definitions that the benchmarks run, all in the namespace `test`. */
import { source } from "../engine/definitions.ts";

const setTask = (name: string) => `- ${name}:\n    set:\n      n: \${ .n + 1 }`;

export const tenSets = source(
  "ten-sets",
  Array.from({ length: 10 }, (_, n) => setTask(`step${n}`)).join("\n"),
);
export const oneSet = source("one-set", setTask("only"));

const get = (endpoint: string) => `call: http\n    with:\n      method: get\n      endpoint: ${endpoint}`;

/** Set, one HTTP call, set. */
export function chainOf(url: string) {
  const call = `- http:\n    ${get(url)}\n    output:\n      as: "{ n: 1 }"`;
  return source("chain", [setTask("first"), call, setTask("last")].join("\n"));
}

/** One HTTP call; the URL's query says who calls. */
export const heldAt = (origin: string) =>
  source("held", `- call:\n    ${get(`\${ "${origin}/held/" + $workflow.id }`)}`);

export const waits = source("waits", "- nap:\n    wait: '${ { milliseconds: .ms } }'");

export const reference = (name: string) => ({ namespace: "test", name });
