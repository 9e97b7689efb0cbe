import { CONTINUE, type Code, type Env, multiple, type Signal, STOP } from "../compiler/code.ts";
import { raise } from "../raised.ts";
import type { Run } from "../run.ts";
import { cannot } from "../value/access.ts";
import { compare } from "../value/order.ts";
import { toDouble, type Value } from "../value/value.ts";

/** `limit(count; f)`: no more of `f` is computed than is asked for. */
export function limited(count: Code, f: Code): Code {
  const take = (env: Env, wanted: Value, each: (emit: (next: () => Signal) => Signal) => Signal): Signal => {
    const most = requireCount(wanted, env.run, "limit doesn't support negative count");
    if (most === 0) return CONTINUE;
    let taken = 0;
    let full = false;
    const signal = each((emit) => {
      if (typeof most !== "number") return cannot(most, 1, "subtracted");
      full = ++taken >= most;
      const inner = emit();
      if (inner === CONTINUE) return full ? STOP : CONTINUE;
      full = false;
      return inner;
    });
    return full && signal === STOP ? CONTINUE : signal;
  };
  return multiple(
    (env, input, emit) =>
      count.each(env, input, (wanted) =>
        take(env, wanted, (next) => f.each(env, input, (value) => next(() => emit(value)))),
      ),
    () => (env, path, input, emit) =>
      count.each(env, input, (wanted) =>
        take(env, wanted, (next) => f.paths(env, path, input, (at, value) => next(() => emit(at, value)))),
      ),
  );
}

/** `skip(count; f)`. */
export function skipped(count: Code, f: Code, negative: string): Code {
  const leave = (env: Env, wanted: Value): (() => boolean) => {
    const least = requireCount(wanted, env.run, negative);
    let left: Value = least;
    return () => {
      if (least === 0) return true;
      if (typeof left !== "number") return cannot(left, 1, "subtracted");
      left--;
      return left < 0;
    };
  };
  return multiple(
    (env, input, emit) =>
      count.each(env, input, (wanted) => {
        const passes = leave(env, wanted);
        return f.each(env, input, (value) => {
          env.run.step();
          return passes() ? emit(value) : CONTINUE;
        });
      }),
    () => (env, path, input, emit) =>
      count.each(env, input, (wanted) => {
        const passes = leave(env, wanted);
        return f.paths(env, path, input, (at, value) => (passes() ? emit(at, value) : CONTINUE));
      }),
  );
}

function requireCount(count: Value, run: Run, negative: string): Value {
  if (compare(count, 0, run) < 0) raise(negative);
  return toDouble(count) ?? count;
}
