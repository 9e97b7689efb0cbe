/** What runs in Temporal's sandbox. */
import * as workflow from "@temporalio/workflow";

interface Activities {
  add(n: number): Promise<number>;
  call(n: number): Promise<number>;
}

const { add, call } = workflow.proxyLocalActivities<Activities>({ startToCloseTimeout: "10s" });

/** `durably`: every task a local activity of its own, which is what Temporal writes down; else plain code. */
export async function tenSets(input: { n: number; durably: boolean }) {
  let { n } = input;
  for (let step = 0; step < 10; step++) n = input.durably ? await add(n) : n + 1;
  return { n };
}

export async function oneSet(input: { n: number; durably: boolean }) {
  return { n: input.durably ? await add(input.n) : input.n + 1 };
}

export async function chain(input: { n: number; durably: boolean }) {
  const first = input.durably ? await add(input.n) : input.n + 1;
  const answer = await call(first);
  return { n: input.durably ? await add(answer) : answer + 1 };
}
