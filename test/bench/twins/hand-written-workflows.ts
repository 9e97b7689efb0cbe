/** What runs in Temporal's sandbox: the same as our definitions, as one would write it with the SDK. */
import * as workflow from "@temporalio/workflow";

interface Activities {
  call(): Promise<{ n: number }>;
}

interface Data {
  n: number;
}

const { call } = workflow.proxyActivities<Activities>({ startToCloseTimeout: "10s" });

export async function tenSets(data: Data): Promise<Data> {
  let { n } = data;
  for (let step = 0; step < 10; step++) n = n + 1;
  return { n };
}

export async function oneSet({ n }: Data): Promise<Data> {
  return { n: n + 1 };
}

export async function chain({ n }: Data): Promise<Data> {
  const first = n + 1;
  const answer = first > 0 ? await call() : { n: 0 };
  return { n: answer.n + 1 };
}

export async function calls(_data: Data): Promise<Data> {
  let answer = { n: 0 };
  for (let round = 0; round < 5; round++) answer = await call();
  return answer;
}

export async function nap({ n }: Data): Promise<Data> {
  const first = n + 1;
  await workflow.sleep(10);
  return { n: first + 1 };
}
