import { type Code, type Env, multiple, type One, single } from "../compiler/code.ts";
import type { Scope } from "../compiler/scope.ts";
import type { Run } from "../run.ts";
import type { Value } from "../value/value.ts";

/** Makes the code of a call from the code of its arguments. */
export type Builtin = (args: readonly Code[], scope: Scope) => Code;

/** A family of builtins, by "name/arity". */
export type Builtins = Readonly<Record<string, Builtin>>;

/** One output, from the input alone. */
export function unary(calculate: (input: Value, run: Run) => Value): Builtin {
  return () => single((env, input) => calculate(input, env.run));
}

/** One output per output of the argument. */
export function binary(calculate: (input: Value, arg: Value, run: Run) => Value): Builtin {
  return ([arg]) => {
    const { one, each } = arg!;
    if (one !== null) return single((env, input) => calculate(input, one(env, input), env.run));
    return multiple((env, input, emit) =>
      each(env, input, (value) => emit(calculate(input, value, env.run))),
    );
  };
}

/** One output per combination of the arguments' outputs, the last argument varying slowest. */
export function nary(calculate: (input: Value, args: readonly Value[], run: Run) => Value): Builtin {
  return (args) => {
    const ones = args.map(({ one }) => one);
    if (ones.every((one): one is One => one !== null)) {
      return single((env, input) => {
        const values: Value[] = [];
        // The last argument first: that is whose error is seen.
        for (let i = ones.length - 1; i >= 0; i--) values[i] = ones[i]!(env, input);
        return calculate(input, values, env.run);
      });
    }
    return multiple((env, input, emit) =>
      combinations(args, env, input, (values) => emit(calculate(input, values, env.run))),
    );
  };
}

function combinations(
  args: readonly Code[],
  env: Env,
  input: Value,
  visit: (values: readonly Value[]) => 0 | 1 | 2,
): 0 | 1 | 2 {
  const values: Value[] = [];
  const next = (at: number): 0 | 1 | 2 =>
    at < 0
      ? visit(values.slice())
      : args[at]!.each(env, input, (value) => {
          values[at] = value;
          return next(at - 1);
        });
  return next(args.length - 1);
}
