import { describe, expect, test } from "bun:test";
import { fillRequest } from "../../src/activity/secret/fill.ts";
import { Vault } from "../../src/activity/secret/vault.ts";
import { filledSlots } from "../../src/dsl/check/filled-slots.ts";
import { WorkflowFault } from "../../src/dsl/error.ts";
import type { ActivityRequest } from "../../src/dsl/request.ts";
import type { Json, JsonObject } from "../../src/expression/json.ts";
import { answerTo, scrubbed } from "../simulation/answers.ts";
import { Dice } from "../simulation/dice.ts";
import { randomDefinition } from "../simulation/generator.ts";
import { type Answer, documentOf, World } from "../workflow/world.ts";

const vault = new Vault(["key"], new Map([["key", "opens-nothing"]]));

/** Completes a request as its activity would, and answers it. */
function answer(request: ActivityRequest): Answer {
  try {
    const { secrets: _, deferred: __, ...filled } = fillRequest(request, vault).request;
    if (filled.kind === "evaluate") return { output: filled.value };
    return answerTo(sorted(filled as unknown as Json) as unknown as ActivityRequest);
  } catch (error) {
    if (error instanceof WorkflowFault) return { error: error.error };
    throw error;
  }
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value) as [string, Json][];
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]),
  );
}

/** What must be the same: how it ends, what became of which task, and when. Branches may take turns otherwise. */
function play(definition: object) {
  const world = new World(definition, {
    input: { n: 2 },
    answer,
    budget: 7,
    child: () => ({ status: "completed", output: { n: 5 } }),
  }).play();
  const outcome = JSON.parse(JSON.stringify(world.outcome, scrubbed)) as JsonObject;
  const { detail: _, ...error } = (outcome["error"] ?? {}) as Record<string, Json>;
  const asked = [...world.activities.values()].filter(({ kind }) => kind === "evaluate").length;
  return { told: { outcome: { ...outcome, error }, story: world.story.sort(), endedAt: world.nowMs }, asked };
}

/** The same definition, in which every expression reads a secret and does the same as before. */
function withSecrets(definition: object): object {
  const document = structuredClone(documentOf(definition)) as unknown as JsonObject;
  const read = (text: string) => `($secrets.key | length) as $_ | ${text}`;
  for (const { pointer, value, kind } of [...filledSlots(document)]) {
    const change = (text: string, whole: boolean): string => {
      const inside = /^\$\{(.*)\}$/s.exec(text)?.[1];
      if (inside !== undefined) return `\${ ${read(inside)} }`;
      return kind === "expression" && whole ? read(text) : text;
    };
    replace(document, pointer, mapped(value, change, true));
  }
  return { ...document, use: { ...(document["use"] as object), secrets: ["key"] } };
}

function mapped(value: Json, change: (text: string, whole: boolean) => string, whole = false): Json {
  if (typeof value === "string") return change(value, whole);
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => mapped(item, change));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapped(item as Json, change)]));
}

function replace(document: JsonObject, pointer: string, value: Json): void {
  const keys = pointer.split("/").slice(1);
  const last = keys.pop()!;
  const holder = keys.reduce<Json>((at, key) => (at as JsonObject)[key]!, document) as Record<string, Json>;
  holder[last] = value;
}

describe("a definition whose expressions read secrets does what it does without", () => {
  for (let group = 0; group < 5; group++)
    test(`random definitions: seeds from ${group * 60}`, () => {
      let asked = 0;
      for (let seed = group * 60; seed < group * 60 + 60; seed++) {
        const definition = randomDefinition(new Dice(seed), { confluent: true, secrets: false });
        const plain = play(definition);
        const secret = play(withSecrets(definition));
        expect([seed, secret.told]).toEqual([seed, plain.told]);
        expect(plain.asked).toBe(0);
        asked += secret.asked;
      }
      expect(asked).toBeGreaterThan(100);
    });
});
