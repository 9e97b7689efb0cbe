import { PRELUDE_NAMES, preludeFunction } from "../builtins/prelude.ts";
import type { Node } from "../syntax/ast.ts";
import type { Value } from "../value/value.ts";
import { builtinNames, compileBuiltin } from "./builtin.ts";
import {
  Closure,
  type Code,
  type Emit,
  Env,
  multiple,
  type Paths,
  type Signal,
  single,
  TAIL,
  TAIL_VALUE,
  up,
} from "./code.ts";
import { compileNode } from "./compile-node.ts";
import { UserFunction } from "./function.ts";
import type { Scope } from "./scope.ts";

type NodeOf<K extends Node["kind"]> = Extract<Node, { kind: K }>;

/** `def name(parameters): …; body`. */
export function compileDefine(node: NodeOf<"define">, scope: Scope, tail: boolean): Code {
  const fn = new UserFunction(node.definition);
  fn.scope = scope.with({ kind: "function", name: fn.name, arity: fn.arity, fn });
  const body = compileNode(node.body, fn.scope, tail);
  // A body that is never called is compiled all the same, to find what is wrong with it.
  void fn.single;
  return body;
}

/** `name(args)`: a parameter, a function of the program, or a builtin. */
export function compileCall(node: NodeOf<"call">, scope: Scope, tail: boolean): Code {
  const { name, args } = node;
  const found = scope.callable(name, args.length);
  if (found === null) {
    const builtin = compileBuiltin(name, args, scope);
    if (builtin !== null) return builtin;
    const prelude = preludeFunction(`${name}/${args.length}`);
    if (prelude !== null) return compileUserCall(prelude, scope.depth, args, scope, tail);
    throw scope.undefinedFunction(name, args.length, { offset: node.offset, length: name.length }, [
      ...builtinNames(),
      ...PRELUDE_NAMES,
    ]);
  }
  const hops = scope.depth - found.depth;
  if (found.entry.kind === "function") return compileUserCall(found.entry.fn, hops, args, scope, tail);
  return compileClosureCall(hops);
}

function compileClosureCall(hops: number): Code {
  return multiple(
    (env, input, emit) => {
      const { code, env: home } = up(env, hops).value as Closure;
      const { run } = env;
      run.step();
      run.enter();
      const signal = code.each(home, input, emit);
      run.depth--;
      return signal;
    },
    () => (env, path, input, emit) => {
      const { code, env: home } = up(env, hops).value as Closure;
      env.run.step();
      env.run.enter();
      const signal = code.paths(home, path, input, emit);
      env.run.depth--;
      return signal;
    },
  );
}

function compileUserCall(
  fn: UserFunction,
  hops: number,
  args: readonly Node[],
  scope: Scope,
  tail: boolean,
): Code {
  const closures = args.map((arg) => compileArgument(arg, scope));
  const values = fn.definition.parameters.flatMap((name, i) =>
    name.startsWith("$") ? [compileNode(args[i]!, scope)] : [],
  );
  const enter = (env: Env): Env => {
    env.run.spend(5 + 3 * closures.length);
    let inner = up(env, hops);
    for (const closure of closures) inner = new Env(env.run, inner, closure(env));
    return inner;
  };
  const paths = (): Paths => (env, path, input, emit) =>
    withValues(values, env, input, enter(env), (inner) => {
      env.run.enter();
      const signal = fn.code.paths(inner, path, input, emit);
      env.run.depth--;
      return signal;
    });
  if (!values.every(({ one }) => one !== null)) {
    return multiple(
      (env, input, emit) =>
        withValues(values, env, input, enter(env), (inner) => callEach(fn, inner, input, emit)),
      paths,
    );
  }
  const ones = values.map(({ one }) => one!);
  const bind = (env: Env, input: Value): Env => {
    let inner = enter(env);
    for (const one of ones) inner = new Env(env.run, inner, one(env, input));
    return inner;
  };
  const hand = (env: Env, input: Value): void => {
    const { run } = env;
    run.tailEnv = bind(env, input);
    run.tailFunction = fn;
    run.tailInput = input;
  };
  if (fn.single) {
    if (!tail) return single((env, input) => callOne(fn, bind(env, input), input), paths);
    return single((env, input) => {
      hand(env, input);
      return TAIL_VALUE;
    }, paths);
  }
  if (!tail) return multiple((env, input, emit) => callEach(fn, bind(env, input), input, emit), paths);
  return multiple((env, input) => {
    hand(env, input);
    return TAIL;
  }, paths);
}

function callOne(fn: UserFunction, env: Env, input: Value): Value {
  const { run } = env;
  run.enter();
  let value = fn.code.one!(env, input);
  while (value === TAIL_VALUE) {
    value = (run.tailFunction as UserFunction).code.one!(run.tailEnv as Env, run.tailInput);
  }
  run.depth--;
  return value;
}

function callEach(fn: UserFunction, env: Env, input: Value, emit: Emit): Signal {
  const { run } = env;
  run.enter();
  let signal = fn.code.each(env, input, emit);
  while (signal === TAIL) {
    signal = (run.tailFunction as UserFunction).code.each(run.tailEnv as Env, run.tailInput, emit);
  }
  run.depth--;
  return signal;
}

/** Binds the parameters taken by value, the first varying slowest. */
function withValues(
  values: readonly Code[],
  env: Env,
  input: Value,
  start: Env,
  body: (inner: Env) => Signal,
): Signal {
  const next = (inner: Env, at: number): Signal =>
    at === values.length
      ? body(inner)
      : values[at]!.each(env, input, (value) => next(new Env(env.run, inner, value), at + 1));
  return next(start, 0);
}

/** A parameter that is merely passed on stays the closure it is: recursion does not wrap it again and again. */
function compileArgument(arg: Node, scope: Scope): (env: Env) => Closure {
  if (arg.kind === "call" && arg.args.length === 0) {
    const found = scope.callable(arg.name, 0);
    if (found?.entry.kind === "closure") {
      const hops = scope.depth - found.depth;
      return (env) => up(env, hops).value as Closure;
    }
  }
  const code = compileNode(arg, scope);
  return (env) => new Closure(code, env);
}
