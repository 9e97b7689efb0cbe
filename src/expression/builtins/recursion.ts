import { iterate, iteratePaths } from "../compiler/access.ts";
import {
  CONTINUE,
  type Code,
  type Each,
  type Emit,
  type Env,
  multiple,
  type PathEmit,
  type Signal,
} from "../compiler/code.ts";
import type { Path } from "../compiler/path.ts";
import { isArray, isObject, isTruthy, type Value } from "../value/value.ts";

/** `..`: the value itself, then everything in it, each before its parts. */
export function recurseAll(env: Env, value: Value, emit: Emit): Signal {
  env.run.step();
  const signal = emit(value);
  if (signal !== CONTINUE || !(isArray(value) || isObject(value))) return signal;
  env.run.enter();
  const inner = iterate(env, value, (part) => recurseAll(env, part, emit));
  env.run.depth--;
  return inner;
}

export function recursePaths(env: Env, path: Path, value: Value, emit: PathEmit): Signal {
  env.run.step();
  const signal = emit(path, value);
  if (signal !== CONTINUE || !(isArray(value) || isObject(value))) return signal;
  env.run.enter();
  const inner = iteratePaths(env, path, value, (at, part) => recursePaths(env, at, part, emit));
  env.run.depth--;
  return inner;
}

/** `recurse(f)`, `recurse(f; condition)`. */
export const recurse = {
  with(f: Code, condition: Code | null): Code {
    const next: Code = condition === null ? f : filtered(f, condition);
    return multiple(recurseEach(next), () => {
      const visit = (env: Env, path: Path, value: Value, emit: PathEmit): Signal => {
        env.run.step();
        const signal = emit(path, value);
        if (signal !== CONTINUE) return signal;
        env.run.enter();
        const inner = next.paths(env, path, value, (at, part) => visit(env, at, part, emit));
        env.run.depth--;
        return inner;
      };
      return visit;
    });
  },

  /** `.[]` */
  elements: multiple(
    (env, input, emit) => iterate(env, input, emit),
    () => (env, path, input, emit) => {
      path.requireIterable(input);
      return iteratePaths(env, path, input, emit);
    },
  ),
};

function recurseEach(next: Code): Each {
  const { one } = next;
  if (one !== null) {
    return (env, input, emit) => {
      for (let value = input; ; value = one(env, value)) {
        env.run.step();
        const signal = emit(value);
        if (signal !== CONTINUE) return signal;
      }
    };
  }
  const visit: Each = (env, input, emit) => {
    env.run.step();
    const signal = emit(input);
    if (signal !== CONTINUE) return signal;
    env.run.enter();
    const inner = next.each(env, input, (value) => visit(env, value, emit));
    env.run.depth--;
    return inner;
  };
  return visit;
}

function filtered(f: Code, condition: Code): Code {
  return multiple(
    (env, input, emit) =>
      f.each(env, input, (value) =>
        condition.each(env, value, (chosen) => (isTruthy(chosen) ? emit(value) : CONTINUE)),
      ),
    () => (env, path, input, emit) =>
      f.paths(env, path, input, (at, value) =>
        condition.each(env, value, (chosen) => (isTruthy(chosen) ? emit(at, value) : CONTINUE)),
      ),
  );
}
