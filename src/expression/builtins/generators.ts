import {
  CONTINUE,
  type Code,
  constant,
  type Env,
  multiple,
  type Paths,
  type Signal,
  STOP,
  single,
  unwind,
} from "../compiler/code.ts";
import type { Path } from "../compiler/path.ts";
import { raise } from "../raised.ts";
import { access } from "../value/access.ts";
import { add } from "../value/arithmetic.ts";
import { compare, equals } from "../value/order.ts";
import { isArray, isObject, isTruthy, toDouble, type Value } from "../value/value.ts";
import type { Builtin, Builtins } from "./builtin.ts";
import { limited, skipped } from "./counting.ts";
import { recurse, recurseAll, recursePaths } from "./recursion.ts";

/** What has many outputs, or chooses among them. */
export const GENERATORS: Builtins = {
  "recurse/0": () =>
    multiple(
      (env, input, emit) => recurseAll(env, input, emit),
      () => recursePaths,
    ),
  "recurse/1": ([f]) => recurse.with(f!, null),
  "recurse/2": ([f, condition]) => recurse.with(f!, condition!),
  "select/1": ([test]) => select(test!),
  "values/0": ofType((value) => value !== null),
  "nulls/0": ofType((value) => value === null),
  "booleans/0": ofType((value) => typeof value === "boolean"),
  "numbers/0": ofType((value) => toDouble(value) !== undefined),
  "strings/0": ofType((value) => typeof value === "string"),
  "arrays/0": ofType(isArray),
  "objects/0": ofType(isObject),
  "iterables/0": ofType((value) => isArray(value) || isObject(value)),
  "scalars/0": ofType((value) => !isArray(value) && !isObject(value)),
  "range/1": ([to]) => range(null, to!),
  "range/2": ([from, to]) => range(from!, to!),
  "range/3": ([from, to, by]) => rangeBy(from!, to!, by!),
  "first/1": ([f]) => first(f!),
  "last/1": ([f]) => last(f!),
  "first/0": element(0),
  "last/0": element(-1),
  "nth/1": ([index]) => at(index!),
  "nth/2": ([index, f]) => nth(index!, f!),
  "limit/2": ([count, f]) => limited(count!, f!),
  "skip/2": ([count, f]) => skipped(count!, f!, "skip doesn't support negative count"),
  "isempty/1": ([f]) =>
    single((env, input) => {
      let empty = true;
      const signal = f!.each(env, input, () => {
        empty = false;
        return STOP;
      });
      if (signal !== CONTINUE && empty) unwind(env.run);
      return empty;
    }),
  "repeat/1": ([f]) =>
    multiple(
      (env, input, emit) => forever(env, () => f!.each(env, input, emit)),
      () => (env, path, input, emit) => forever(env, () => f!.paths(env, path, input, emit)),
    ),
  "IN/1": ([source]) => among((_env, input, test) => test(input), source!),
  "IN/2": ([wanted, source]) => among((env, input, test) => wanted!.each(env, input, test), source!),
};

function select(test: Code): Code {
  const { one } = test;
  const paths = (): Paths => (env, path, input, emit) =>
    test.each(env, input, (chosen) => (isTruthy(chosen) ? emit(path, input) : CONTINUE));
  if (one !== null) {
    return multiple((env, input, emit) => (isTruthy(one(env, input)) ? emit(input) : CONTINUE), paths);
  }
  return multiple(
    (env, input, emit) => test.each(env, input, (chosen) => (isTruthy(chosen) ? emit(input) : CONTINUE)),
    paths,
  );
}

function ofType(test: (value: Value) => boolean): Builtin {
  return () =>
    multiple(
      (_env, input, emit) => (test(input) ? emit(input) : CONTINUE),
      () => (_env, path, input, emit) => (test(input) ? emit(path, input) : CONTINUE),
    );
}

function range(from: Code | null, to: Code): Code {
  const run = (env: Env, start: Value, end: Value, emit: (value: Value) => Signal): Signal => {
    const first = toDouble(start);
    const last = toDouble(end);
    if (first === undefined || last === undefined) return raise("Range bounds must be numeric");
    for (let value = first; !(value >= last); value++) {
      env.run.step();
      const signal = emit(value);
      if (signal !== CONTINUE) return signal;
    }
    return CONTINUE;
  };
  if (from === null)
    return multiple((env, input, emit) => to.each(env, input, (end) => run(env, 0, end, emit)));
  return multiple((env, input, emit) =>
    from.each(env, input, (start) => to.each(env, input, (end) => run(env, start, end, emit))),
  );
}

/** Counts with whatever can be added and compared. */
function rangeBy(from: Code, to: Code, by: Code): Code {
  return multiple((env, input, emit) =>
    from.each(env, input, (start) =>
      to.each(env, input, (end) =>
        by.each(env, input, (step) => {
          const direction = compare(step, 0, env.run);
          if (direction === 0) return CONTINUE;
          for (
            let value = start;
            compare(value, end, env.run) * direction < 0;
            value = add(value, step, env.run)
          ) {
            env.run.step();
            const signal = emit(value);
            if (signal !== CONTINUE) return signal;
          }
          return CONTINUE;
        }),
      ),
    ),
  );
}

function first(f: Code): Code {
  if (f.one !== null) return f;
  return multiple(
    (env, input, emit) => {
      let found: Value | undefined;
      const signal = f.each(env, input, (value) => {
        found = value;
        return STOP;
      });
      return found === undefined ? signal : emit(found);
    },
    () => (env, path, input, emit) => {
      let found: [Path, Value] | undefined;
      const signal = f.paths(env, path, input, (at, value) => {
        found = [at, value];
        return STOP;
      });
      return found === undefined ? signal : emit(found[0], found[1]);
    },
  );
}

function nth(index: Code, f: Code): Code {
  return multiple(
    (env, input, emit) => index.each(env, input, (n) => nthOf(n, f).each(env, input, emit)),
    () => (env, path, input, emit) =>
      index.each(env, input, (n) => nthOf(n, f).paths(env, path, input, emit)),
  );
}

function nthOf(index: Value, f: Code): Code {
  return first(skipped(constant(index), f, "nth doesn't support negative indices"));
}

function last(f: Code): Code {
  return multiple((env, input, emit) => {
    let found: Value | undefined;
    const signal = f.each(env, input, (value) => {
      env.run.step();
      found = value;
      return CONTINUE;
    });
    return signal !== CONTINUE || found === undefined ? signal : emit(found);
  });
}

function element(index: number): Builtin {
  return () => at(single(() => index));
}

function at(index: Code): Code {
  const { one } = index;
  const paths = (): Paths => (env, path, input, emit) =>
    index.each(env, input, (key) => {
      path.requireElement(input, key);
      const found = access(input, key, env.run);
      return emit(path.child(key, found), found);
    });
  if (one !== null) return single((env, input) => access(input, one(env, input), env.run), paths);
  return multiple(
    (env, input, emit) => index.each(env, input, (key) => emit(access(input, key, env.run))),
    paths,
  );
}

function forever(env: Env, once: () => Signal): Signal {
  for (;;) {
    env.run.step();
    const signal = once();
    if (signal !== CONTINUE) return signal;
  }
}

type Wanted = (env: Env, input: Value, test: (value: Value) => Signal) => Signal;

function among(wanted: Wanted, source: Code): Code {
  return single((env, input) => {
    let found = false;
    const signal = source.each(env, input, (candidate) =>
      wanted(env, input, (value) => {
        env.run.step();
        if (!equals(value, candidate, env.run)) return CONTINUE;
        found = true;
        return STOP;
      }),
    );
    if (signal !== CONTINUE && !found) unwind(env.run);
    return found;
  });
}
