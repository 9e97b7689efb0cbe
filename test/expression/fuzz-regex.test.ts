import { expect, test } from "bun:test";
import { ExpressionError } from "../../src/expression/expression.ts";
import { compileRegex, type RegexMatch } from "../../src/expression/regex/regex.ts";
import { makeRegexCase, type RegexCase } from "./fuzz-regex-grammar.ts";
import { Oracle } from "./jq-wasm.ts";

const count = process.env.PAWL_SOAK ? 100_000 : 5_000;
const batchSize = 250;

/** Where jq and we differ on purpose; `docs/expressions.md` has the reasons at length. */
const differences: {
  reason: string;
  applies: (regexCase: RegexCase, jq: Answer, ours: Answer) => boolean;
}[] = [
  {
    reason: "jq goes on byte by byte behind an empty match, into the middle of a character",
    applies: ([, text, flags], jq) =>
      flags.includes("g") &&
      !isAscii(text) &&
      typeof jq !== "string" &&
      jq.some((match) => match.length === 0),
  },
  {
    reason: "jq's longest match (flag l) is the one with most bytes",
    applies: ([, text, flags]) => flags.includes("l") && !isAscii(text),
  },
  {
    reason: "jq forgets what groups matched where the whole match is empty",
    applies: (_, jq) =>
      typeof jq !== "string" && jq.some((match) => match.length === 0 && match.captures.length > 0),
  },
  {
    reason: "Of several mistakes in a pattern, another may be told first",
    applies: (_, jq, ours) => typeof jq === "string" && typeof ours === "string",
  },
  {
    reason: "Range cutters, (?~|…), are not supported, and absent groups in absent groups differ",
    applies: ([pattern], _, ours) => pattern.split("(?~").length > 2 || String(ours).includes("absent group"),
  },
  {
    reason: "Oniguruma overlooks the end of the text where a possessive repetition of nothing follows",
    applies: ([pattern], jq, ours) =>
      /\\z|\$/i.test(pattern) && /[*+?}]\+/.test(pattern) && jq.length === 0 && ours.length === 1,
  },
  {
    reason: "Anchors that stand in a group with a switch of options may be repeated or not",
    applies: (_, jq, ours) => [jq, ours].includes("Regex failure: target of repeat operator is invalid"),
  },
];

type Answer = string | RegexMatch[];

test(`${count} patterns match as they do in jq`, async () => {
  const oracle = await Oracle.load();
  let compared = 0;
  for (let first = 0; first < count; first += batchSize) {
    const batch = Array.from({ length: batchSize }, (_, index) => makeRegexCase(first + index));
    compared += await compare(oracle, batch);
  }
  expect(compared).toBeGreaterThan(count * 0.4);
}, 600_000);

/** How many of the cases could be compared; a case that kills jq cannot. */
async function compare(oracle: Oracle, batch: readonly RegexCase[]): Promise<number> {
  const program = ".[] | . as [$p, $t, $f] | try [$t | match($p; $f)] catch .";
  const outputs = await oracle.outputs(program, batch);
  if (!outputs) {
    if (batch.length === 1) return 0;
    const middle = batch.length >> 1;
    return (await compare(oracle, batch.slice(0, middle))) + (await compare(oracle, batch.slice(middle)));
  }
  let compared = 0;
  for (const [index, regexCase] of batch.entries()) {
    const jq: Answer = JSON.parse(outputs[index]!);
    const ours = answer(regexCase);
    if (differences.some(({ applies }) => applies(regexCase, jq, ours))) continue;
    if (canonical(ours) !== canonical(jq)) expect({ regexCase, is: ours }).toEqual({ regexCase, is: jq });
    compared++;
  }
  return compared;
}

function answer([pattern, text, flags]: RegexCase): Answer {
  let left = 3_000_000;
  const spend = (steps: number) => {
    left -= steps;
    if (left < 0) throw new RangeError(`Out of steps: ${pattern}`);
  };
  try {
    return [...compileRegex(pattern, flags).matches(text, spend)];
  } catch (error) {
    if (error instanceof ExpressionError) return error.message;
    throw error;
  }
}

/** Fields in one order, so that texts can be compared. */
function canonical(found: Answer): string {
  if (typeof found === "string") return found;
  const matches = found.map((match) => {
    const captures = match.captures.map((each) => [each.name, each.offset, each.length, each.string]);
    return [match.offset, match.length, match.string, captures];
  });
  return JSON.stringify(matches);
}

function isAscii(text: string): boolean {
  return [...text].every((char) => char < "\u0080");
}
