import { expect, test } from "bun:test";
import { compile, evaluateToText, parseJsonText } from "../../src/expression/compile.ts";
import { ExpressionError } from "../../src/expression/expression.ts";
import { differences } from "./fuzz-differences.ts";
import { type Case, makeCase } from "./fuzz-grammar.ts";
import { answers, recorded } from "./fuzz-oracle.ts";
import { Oracle } from "./jq-wasm.ts";

const count = process.env.PAWL_SOAK ? 100_000 : 5_000;
/** So many disagreements are enough to see what is wrong. */
const shown = 20;

test(`${count} programs give what they give in jq, errors and their texts too`, async () => {
  const oracle = await Oracle.load();
  const found: unknown[] = [];
  let compiled = 0;
  for await (const [each, jq] of answers(oracle, cases())) {
    const ours = outcome(each);
    if (jq !== undefined) compiled++;
    if (jq === ours || differences.some(({ covers }) => covers({ ...each, jq, ours }))) continue;
    found.push({ ...each, jq, ours });
    if (found.length >= shown) break;
  }
  expect(found).toEqual([]);
  expect(compiled).toBeGreaterThan(count * 0.9);
}, 600_000);

function* cases(): Generator<Case> {
  for (let seed = 0; seed < count; seed++) yield makeCase(seed);
}

/** What is no error of the program, such as a bound that was hit, fails the test. */
function outcome({ program, input }: Case): string | undefined {
  try {
    const expression = compile(recorded(program), []);
    return evaluateToText(expression, parseJsonText(JSON.stringify(input)), { variables: {}, nowMs: 0 })[0];
  } catch (error) {
    if (error instanceof ExpressionError && error.kind === "syntax") return undefined;
    return `${error}`;
  }
}
