import { CONTINUE, type Code, type Each, multiple, type Paths, single } from "../compiler/code.ts";
import { isTruthy, type Value } from "../value/value.ts";
import type { Builtins } from "./builtin.ts";

/** Loops. With single outputs they run in place; with many they are the recursion that jq defines. */
export const LOOPS: Builtins = {
  "until/2": ([condition, next]) => until(condition!, next!),
  "while/2": ([condition, next]) =>
    multiple(whileEach(condition!, next!), () => whilePaths(condition!, next!)),
};

function until(condition: Code, next: Code): Code {
  const { one: test } = condition;
  const { one: step } = next;
  const paths = (): Paths => {
    const visit: Paths = (env, path, input, emit) => {
      env.run.step();
      env.run.enter();
      const signal = condition.each(env, input, (done) =>
        isTruthy(done)
          ? emit(path, input)
          : next.paths(env, path, input, (at, value) => visit(env, at, value, emit)),
      );
      env.run.depth--;
      return signal;
    };
    return visit;
  };
  if (test !== null && step !== null) {
    return single((env, input) => {
      let value: Value = input;
      while (!isTruthy(test(env, value))) {
        env.run.step();
        value = step(env, value);
      }
      return value;
    }, paths);
  }
  const visit: Each = (env, input, emit) => {
    env.run.step();
    env.run.enter();
    const signal = condition.each(env, input, (done) =>
      isTruthy(done) ? emit(input) : next.each(env, input, (value) => visit(env, value, emit)),
    );
    env.run.depth--;
    return signal;
  };
  return multiple(visit, paths);
}

function whileEach(condition: Code, next: Code): Each {
  const { one: test } = condition;
  const { one: step } = next;
  if (test !== null && step !== null) {
    return (env, input, emit) => {
      for (let value = input; isTruthy(test(env, value)); value = step(env, value)) {
        env.run.step();
        const signal = emit(value);
        if (signal !== CONTINUE) return signal;
      }
      return CONTINUE;
    };
  }
  const visit: Each = (env, input, emit) => {
    env.run.step();
    env.run.enter();
    const signal = condition.each(env, input, (goesOn) => {
      if (!isTruthy(goesOn)) return CONTINUE;
      const emitted = emit(input);
      return emitted !== CONTINUE ? emitted : next.each(env, input, (value) => visit(env, value, emit));
    });
    env.run.depth--;
    return signal;
  };
  return visit;
}

function whilePaths(condition: Code, next: Code): Paths {
  const visit: Paths = (env, path, input, emit) => {
    env.run.step();
    env.run.enter();
    const signal = condition.each(env, input, (goesOn) => {
      if (!isTruthy(goesOn)) return CONTINUE;
      const emitted = emit(path, input);
      if (emitted !== CONTINUE) return emitted;
      return next.paths(env, path, input, (at, value) => visit(env, at, value, emit));
    });
    env.run.depth--;
    return signal;
  };
  return visit;
}
