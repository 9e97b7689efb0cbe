import { nearest } from "../../expression/nearest.ts";
import { quoted } from "../source/quote.ts";
import type { TaskKindName } from "../types.ts";
import { callShapes } from "./call.ts";
import { input, output, timeoutOrReference } from "./data.ts";
import { errorFilter, errorOrReference, retryOrReference } from "./error.ts";
import { emittedEvent, eventStrategy, readAs, subscriptionIterator } from "./event.ts";
import { run } from "./run.ts";
import {
  any,
  type Entries,
  expression,
  type Keys,
  later,
  list,
  mapping,
  type Refusal,
  record,
  type Shape,
  text,
  truth,
  union,
} from "./shape.ts";
import { duration } from "./text.ts";

/** dsl-reference.md "Task": what every kind has. */
const base: Keys = {
  if: expression,
  input,
  output,
  export: output,
  timeout: timeoutOrReference,
  then: text,
  metadata: mapping(any),
};

/** The kind is the key that only tasks of that kind have; the keys beside `base` of each kind. */
export const task: Shape = { form: "select", by: (value, name) => taskShape(value, name) };

export const taskList: Entries = { form: "entries", of: "task", value: task };
const tasks = later(() => taskList);

const calls = callShapes(tasks);
export const callNames: readonly string[] = Object.keys(calls);

const kinds: { readonly [Kind in Exclude<TaskKindName, "call">]: { required: Keys; optional?: Keys } } = {
  do: { required: { do: tasks } },
  fork: {
    required: { fork: record({ required: { branches: tasks }, optional: { compete: truth } }) },
  },
  emit: {
    required: {
      emit: record({ required: { event: record({ required: { with: emittedEvent } }, { others: "open" }) } }),
    },
  },
  for: {
    required: {
      for: record({
        required: { in: union({ text: expression, list: list(any) }) },
        optional: { each: text, at: text },
      }),
      do: tasks,
    },
    optional: { while: expression },
  },
  listen: {
    required: { listen: record({ required: { to: eventStrategy }, optional: { read: readAs } }) },
    optional: { foreach: subscriptionIterator(tasks) },
  },
  raise: { required: { raise: record({ required: { error: errorOrReference } }) } },
  run: { required: { run } },
  set: { required: { set: union({ text: expression, object: mapping(any, 1) }) } },
  switch: {
    required: {
      switch: {
        form: "entries",
        of: "case",
        value: record({ required: { then: text }, optional: { when: expression } }),
        min: 1,
      },
    },
  },
  try: {
    required: {
      try: tasks,
      catch: record({
        optional: {
          errors: record({ optional: { with: errorFilter } }, { others: "open" }),
          as: text,
          when: expression,
          exceptWhen: expression,
          retry: retryOrReference,
          do: tasks,
          then: text,
        },
      }),
    },
  },
  wait: { required: { wait: duration } },
};

const kindNames = ["call", ...(Object.keys(kinds) as Exclude<TaskKindName, "call">[])] as const;

function taskShape(value: { readonly [key: string]: unknown }, name: string): Shape | Refusal {
  const found = kindNames.filter((kind) => Object.hasOwn(value, kind) && !(kind === "do" && "for" in value));
  const [kind, other] = found;
  if (kind === undefined) return noKind(value, name);
  if (other !== undefined) {
    const message = `Task ${quoted(name)} is two tasks: "${kind}" and "${other}"`;
    return { form: "refusal", message, hint: "Make it two entries of the list", key: other };
  }
  if (kind === "call") return callShape(value["call"]);
  return kindShapes[kind];
}

const kindShapes = Object.fromEntries(
  Object.entries(kinds).map(([kind, { required, optional }]) => [
    kind,
    record({ required, optional: { ...base, ...optional } }),
  ]),
) as Record<keyof typeof kinds, Shape>;

const callShapesByName = new Map(
  Object.entries(calls).map(([call, shape]) => [
    call,
    record({ required: { call: text, with: shape }, optional: base }),
  ]),
);
const functionCall = record({ required: { call: text }, optional: { ...base, with: mapping(any) } });

function callShape(call: unknown): Shape {
  return callShapesByName.get(call as string) ?? functionCall;
}

function noKind(value: object, name: string): Refusal {
  const known = [...Object.keys(base), "catch", "with", "while", "foreach"];
  const stray = Object.keys(value).filter((key) => !known.includes(key));
  for (const key of stray) {
    const kind = nearest(key, kindNames);
    if (kind !== undefined) return unknownKind(name, key, `Did you mean "${kind}"?`);
    if (callNames.includes(key)) return unknownKind(name, key, `Did you mean "call: ${key}"?`);
  }
  const [key] = stray;
  const hint = `A task has one of: ${kindNames.join(", ")}`;
  if (key !== undefined) return unknownKind(name, key, hint);
  return { form: "refusal", message: `Task ${quoted(name)} does not say what to do`, hint };
}

function unknownKind(name: string, key: string, hint: string): Refusal {
  return { form: "refusal", message: `Unknown key ${quoted(key)} in task ${quoted(name)}`, hint, key };
}
