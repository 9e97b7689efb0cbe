import { standardError, type WorkflowError } from "../../src/dsl/error.ts";
import type { ActivityRequest } from "../../src/dsl/request.ts";
import type { Json } from "../../src/expression/json.ts";

export type Answer = { readonly output: Json } | { readonly error: WorkflowError };

/**
 * What the world answers. A request to `pure.test` gets the same answer whenever it is made, be it an error; one to
 * `sure.test` the same one as well, and never an error. What is `wild` depends on chance, too.
 */
export function answerTo(request: ActivityRequest, chance = 0): Answer {
  const text = JSON.stringify(request, scrubbed);
  const wild = text.includes("wild.test");
  const number = Number(Bun.hash.crc32(text) >>> 0) + (wild ? chance : 0);
  const fails = !text.includes("sure.test") && number % 5 === 0;
  if (fails) return { error: errors[Math.floor(number / 7) % errors.length]! };
  if (request.kind === "resource" && text.includes("sure.test")) return { output: {} };
  if (request.kind === "resource") return { output: number % 2 ? {} : { type: ["object", "array"] } };
  return { output: outputs[Math.floor(number / 11) % outputs.length]!(number % 9) };
}

/** Some tell what they were asked with, secrets and all. */
export function echo(answer: Answer, asked: ActivityRequest): Answer {
  if (!("output" in answer) || asked.kind !== "http") return answer;
  const { authorization } = asked.headers;
  return authorization === undefined ? answer : { output: { told: authorization, n: 1 } };
}

const errors: readonly WorkflowError[] = [
  { type: "urn:x", status: 400 },
  { type: "urn:x", status: 401, title: "Who" },
  { type: "urn:y", status: 402, detail: "Pay" },
  standardError("communication", "Nobody answers"),
];

const outputs: readonly ((n: number) => Json)[] = [
  (n) => ({ n }),
  (n) => ({ n, list: [1, { a: null }, "\u2028"] }),
  (n) => [n],
  () => null,
  (n) => ({ n, text: "long ".repeat(n * 40) }),
  (n) => `${n}`,
];

/** Ids and instants depend on what happened first; nothing else of a confluent execution does. */
export function scrubbed(key: string, value: unknown): unknown {
  return key === "id" || key === "time" || key === "nowMs" ? undefined : value;
}
