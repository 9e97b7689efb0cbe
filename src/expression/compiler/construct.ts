import { raiseAbout } from "../raised.ts";
import type { Run } from "../run.ts";
import type { Node, ObjectEntry } from "../syntax/ast.ts";
import { access, plainField } from "../value/access.ts";
import { add } from "../value/arithmetic.ts";
import { type Format, formatNamed } from "../value/format.ts";
import { putField, type Value } from "../value/value.ts";
import { type Code, collect, constant, multiple, type One, type Signal, single } from "./code.ts";
import { compileNode } from "./compile-node.ts";
import type { Scope } from "./scope.ts";

type NodeOf<K extends Node["kind"]> = Extract<Node, { kind: K }>;

/** `[body]`. */
export function compileArray(node: NodeOf<"array">, scope: Scope): Code {
  if (node.body === null) return single(() => []);
  const body = compileNode(node.body, scope);
  return single((env, input) => env.run.make(collect(body, env, input)));
}

/** `{key: value, …}`: one object for every combination of keys and values, the first entry varying slowest. */
export function compileObject(node: NodeOf<"object">, scope: Scope): Code {
  const fields = node.entries.map((entry) => compileEntry(entry, scope));
  if (fields.every(isSingle)) return single(buildOne(fields));
  return multiple((env, input, emit) => {
    const keys: string[] = [];
    const values: Value[] = [];
    const next = (at: number): Signal => {
      if (at === fields.length) {
        env.run.step();
        return emit(env.run.make(assemble(keys, values)));
      }
      const { key, value } = fields[at]!;
      return key.each(env, input, (name) =>
        value.each(env, input, (field) => {
          keys[at] = requireKey(name, env.run);
          values[at] = field;
          return next(at + 1);
        }),
      );
    };
    return next(0);
  });
}

/** `"… \(body) …"`, each `body` written by the format. */
export function compileString(node: NodeOf<"string">, scope: Scope): Code {
  const { parts, format } = node;
  if (parts.every((part) => typeof part === "string")) return constant(parts.join(""));
  const write = formatNamed(format ?? "text");
  const codes = parts.map((part) =>
    typeof part === "string" ? constant(part) : formatted(compileNode(part, scope), write),
  );
  if (codes.length === 1) return codes[0]!;
  if (codes.every(({ one }) => one !== null)) {
    const ones = codes.map(({ one }) => one!);
    return single((env, input) => {
      let text: Value = "";
      for (const one of ones) text = add(text, one(env, input), env.run);
      return text;
    });
  }
  return codes.reduce((left, right) =>
    multiple((env, input, emit) =>
      right.each(env, input, (end) => left.each(env, input, (start) => emit(add(start, end, env.run)))),
    ),
  );
}

interface Field {
  readonly key: Code;
  readonly value: Code;
}

function compileEntry(entry: ObjectEntry, scope: Scope): Field {
  const { key, value } = entry;
  if (value !== null) return { key: compileNode(key, scope), value: compileNode(value, scope) };
  if (key.kind === "variable") return { key: constant(key.name), value: compileNode(key, scope) };
  if (key.kind === "location") return { key: constant("__loc__"), value: compileNode(key, scope) };
  const name = compileNode(key, scope);
  return { key: name, value: fieldNamed(name) };
}

/** `{name}` is `{name: .name}`. With many outputs the key and the look-up vary independently, as in jq. */
function fieldNamed(name: Code): Code {
  const text = name.constant?.value;
  if (typeof text === "string" && !(text in Object.prototype))
    return single((_env, input) => plainField(input, text));
  const { one } = name;
  if (one !== null) return single((env, input) => access(input, one(env, input), env.run));
  return multiple((env, input, emit) => name.each(env, input, (key) => emit(access(input, key, env.run))));
}

function isSingle({ key, value }: Field): boolean {
  return key.one !== null && value.one !== null;
}

function buildOne(fields: readonly Field[]): One {
  const names = fields.map(({ key }) => key.constant?.value);
  const values = fields.map(({ value }) => value.one!);
  const plain =
    names.every((name) => typeof name === "string" && name !== "__proto__") && new Set(names).size > 0;
  if (plain) {
    const keys = names as string[];
    return (env, input) => {
      const object: Record<string, Value> = {};
      for (let i = 0; i < keys.length; i++) object[keys[i]!] = values[i]!(env, input);
      return env.run.make(object);
    };
  }
  return (env, input) => {
    const object: Record<string, Value> = {};
    for (const { key, value } of fields) {
      const name = key.one!(env, input);
      const field = value.one!(env, input);
      putField(object, requireKey(name, env.run), field);
    }
    return env.run.make(object);
  };
}

function assemble(keys: readonly string[], values: readonly Value[]): Record<string, Value> {
  const object: Record<string, Value> = {};
  for (let i = 0; i < keys.length; i++) putField(object, keys[i]!, values[i]!);
  return object;
}

/** Steps of a key that the engine cannot foresee. */
const DYNAMIC_KEY = 12;

function requireKey(key: Value, run: Run): string {
  if (typeof key !== "string") return raiseAbout("Cannot use ", key, " as object key");
  run.spend(DYNAMIC_KEY);
  run.read(key);
  return key;
}

function formatted(code: Code, write: Format): Code {
  const { one } = code;
  if (one !== null) return single((env, input) => write(one(env, input), env.run));
  return multiple((env, input, emit) => code.each(env, input, (value) => emit(write(value, env.run))));
}
