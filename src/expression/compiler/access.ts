import { CAUGHT, Raised } from "../raised.ts";
import type { Run } from "../run.ts";
import type { Node } from "../syntax/ast.ts";
import { access, plainField, requireContainer } from "../value/access.ts";
import { isArray, isObject, type Value } from "../value/value.ts";
import {
  CONTINUE,
  type Code,
  type Each,
  type Emit,
  type Env,
  multiple,
  type Paths,
  type Signal,
  single,
} from "./code.ts";
import { compileNode } from "./compile-node.ts";
import type { Path } from "./path.ts";
import type { Scope } from "./scope.ts";

type NodeOf<K extends Node["kind"]> = Extract<Node, { kind: K }>;

/** `target[index]`, `target.name`. */
export function compileAccess(node: NodeOf<"index">, scope: Scope): Code {
  const target = compileNode(node.target, scope);
  const index = compileNode(node.index, scope);
  if (node.optional) return optionalLookup(target, index);
  const paths = () => accessPaths(target, index);
  const name = index.constant?.value;
  if (typeof name === "string" && !(name in Object.prototype)) {
    return fieldAccess(node.target, target, name, paths);
  }
  return lookup(target, index, paths);
}

/** `target[from:to]`: a look-up with the key `{"start": from, "end": to}`, in paths too. */
export function compileSlice(node: NodeOf<"slice">, scope: Scope): Code {
  const target = compileNode(node.target, scope);
  const key = sliceKey(
    node.from === null ? null : compileNode(node.from, scope),
    node.to === null ? null : compileNode(node.to, scope),
  );
  return node.optional ? optionalLookup(target, key) : lookup(target, key, () => accessPaths(target, key));
}

function fieldAccess(node: Node, target: Code, name: string, paths: () => Paths): Code {
  if (node.kind === "identity") return single((_env, input) => plainField(input, name), paths);
  const { one } = target;
  if (one !== null) return single((env, input) => plainField(one(env, input), name), paths);
  return multiple(
    (env, input, emit) => target.each(env, input, (value) => emit(plainField(value, name))),
    paths,
  );
}

/** The key is computed first and varies slowest. */
function lookup(target: Code, index: Code, paths: () => Paths): Code {
  const { one: targetOne } = target;
  const { one: indexOne } = index;
  if (targetOne !== null && indexOne !== null) {
    return single((env, input) => {
      const key = indexOne(env, input);
      return access(targetOne(env, input), key, env.run);
    }, paths);
  }
  return multiple(
    (env, input, emit) =>
      index.each(env, input, (key) => target.each(env, input, (value) => emit(access(value, key, env.run)))),
    paths,
  );
}

/** `target[index]?`: no output where the look-up fails. Errors of `target` and `index` stay errors. */
function optionalLookup(target: Code, index: Code): Code {
  return multiple(
    (env, input, emit) =>
      index.each(env, input, (key) =>
        target.each(env, input, (value) => {
          const found = accessOrNothing(value, key, env.run);
          return found === undefined ? CONTINUE : emit(found);
        }),
      ),
    () => (env, path, input, emit) =>
      index.each(env, input, (key) =>
        target.paths(env, path, input, (at, value) => {
          at.requireElement(value, key);
          const found = accessOrNothing(value, key, env.run);
          return found === undefined ? CONTINUE : emit(at.child(key, found), found);
        }),
      ),
  );
}

function accessOrNothing(value: Value, key: Value, run: Run): Value | undefined {
  try {
    return access(value, key, run);
  } catch (thrown) {
    if (!(thrown instanceof Raised)) throw thrown;
    run.spend(CAUGHT);
    return undefined;
  }
}

function sliceKey(from: Code | null, to: Code | null): Code {
  const nothing = single(() => null);
  const start = from ?? nothing;
  const end = to ?? nothing;
  if (start.one !== null && end.one !== null) {
    const { one: startOne } = start;
    const { one: endOne } = end;
    return single((env, input) => ({ start: startOne(env, input), end: endOne(env, input) }));
  }
  return multiple((env, input, emit) =>
    start.each(env, input, (first) => end.each(env, input, (last) => emit({ start: first, end: last }))),
  );
}

function accessPaths(target: Code, index: Code): Paths {
  return (env, path, input, emit) =>
    index.each(env, input, (key) =>
      target.paths(env, path, input, (at, value) => {
        at.requireElement(value, key);
        const found = access(value, key, env.run);
        return emit(at.child(key, found), found);
      }),
    );
}

/** `target[]`, `target[]?`. */
export function compileIterate(node: NodeOf<"iterate">, scope: Scope): Code {
  const target = compileNode(node.target, scope);
  const { one } = target;
  const parts: Each = node.optional
    ? (env, value, emit) => (isContainer(value) ? iterate(env, value, emit) : CONTINUE)
    : iterate;
  const each: Each =
    one === null
      ? (env, input, emit) => target.each(env, input, (value) => parts(env, value, emit))
      : (env, input, emit) => parts(env, one(env, input), emit);
  return multiple(
    each,
    () => (env, path, input, emit) =>
      target.paths(env, path, input, (at, value) => {
        at.requireIterable(value);
        return node.optional && !isContainer(value) ? CONTINUE : iteratePaths(env, at, value, emit);
      }),
  );
}

function isContainer(value: Value): boolean {
  return isArray(value) || isObject(value);
}

/** Every part of an array or object, in order. */
export function iterate(env: Env, value: Value, emit: Emit): Signal {
  const container = requireContainer(value);
  const { run } = env;
  if (isArray(container)) {
    for (const part of container) {
      run.step();
      const signal = emit(part ?? null);
      if (signal !== CONTINUE) return signal;
    }
    return CONTINUE;
  }
  for (const name of Object.keys(container)) {
    const part = container[name];
    if (part === undefined) continue;
    run.step();
    const signal = emit(part);
    if (signal !== CONTINUE) return signal;
  }
  return CONTINUE;
}

export function iteratePaths(
  env: Env,
  path: Path,
  value: Value,
  emit: (path: Path, value: Value) => Signal,
): Signal {
  const container = requireContainer(value);
  const names = isArray(container) ? container.keys() : Object.keys(container);
  for (const name of names) {
    const part = (container as Record<string | number, Value | undefined>)[name];
    if (part === undefined) continue;
    env.run.step();
    const signal = emit(path.child(name, part), part);
    if (signal !== CONTINUE) return signal;
  }
  return CONTINUE;
}
