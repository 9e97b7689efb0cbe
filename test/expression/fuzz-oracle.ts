import type { Json } from "../../src/expression/json.ts";
import type { Case } from "./fuzz-grammar.ts";
import type { Oracle } from "./jq-wasm.ts";

/** Loading jq's own definitions takes far longer than most programs, so that many share one run. */
const batchSize = 40;

/** All outputs of a program, up to the error that ends it if there is one, as one array. */
export function recorded(program: string): string {
  return `[limit(64; try ((${program}) | [0, .]) catch [1, .])]`;
}

/** What jq makes of each case: one JSON text, or undefined where a program does not compile. One that kills jq is left out. */
export async function* answers(
  oracle: Oracle,
  cases: Iterable<Case>,
): AsyncGenerator<[Case, string | undefined]> {
  let batch: Case[] = [];
  for (const each of cases) {
    batch.push(each);
    if (batch.length < batchSize) continue;
    yield* answer(oracle, batch);
    batch = [];
  }
  yield* answer(oracle, batch);
}

async function* answer(oracle: Oracle, batch: readonly Case[]): AsyncGenerator<[Case, string | undefined]> {
  if (batch.length === 0) return;
  const programs = batch.map(({ program }, index) => `(.[${index}] | ${recorded(program)})`);
  const inputs: Json = batch.map(({ input }) => input);
  const outputs = await oracle.outputs(programs.join(", "), inputs);
  if (outputs?.length === batch.length) {
    for (const [index, output] of outputs.entries()) yield [batch[index]!, output];
  } else if (batch.length === 1) {
    if (!oracle.died) yield [batch[0]!, undefined];
  } else {
    const middle = batch.length >> 1;
    yield* answer(oracle, batch.slice(0, middle));
    yield* answer(oracle, batch.slice(middle));
  }
}
