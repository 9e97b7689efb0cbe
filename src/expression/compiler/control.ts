import { CAUGHT, Raised } from "../raised.ts";
import type { Node } from "../syntax/ast.ts";
import { isTruthy, type Value } from "../value/value.ts";
import { CONTINUE, type Code, type Each, Env, multiple, type Paths, STOP, single, up } from "./code.ts";
import { compileNode, identity } from "./compile-node.ts";
import type { Scope } from "./scope.ts";

type NodeOf<K extends Node["kind"]> = Extract<Node, { kind: K }>;

/** `left | right`. */
export function compilePipe(node: NodeOf<"pipe">, scope: Scope, tail: boolean): Code {
  const left = compileNode(node.left, scope);
  const right = compileNode(node.right, scope, tail && left.one !== null);
  const paths = (): Paths => (env, path, input, emit) =>
    left.paths(env, path, input, (at, value) => right.paths(env, at, value, emit));
  const { one: first } = left;
  const { one: second } = right;
  if (first === null) {
    if (second !== null) {
      return multiple(
        (env, input, emit) => left.each(env, input, (value) => emit(second(env, value))),
        paths,
      );
    }
    return multiple(
      (env, input, emit) => left.each(env, input, (value) => right.each(env, value, emit)),
      paths,
    );
  }
  if (second === null) return multiple((env, input, emit) => right.each(env, first(env, input), emit), paths);
  return single((env, input) => second(env, first(env, input)), paths);
}

/** `left, right`. */
export function compileComma(node: NodeOf<"comma">, scope: Scope, tail: boolean): Code {
  const left = compileNode(node.left, scope);
  const right = compileNode(node.right, scope, tail);
  return multiple(
    (env, input, emit) => {
      const signal = left.each(env, input, emit);
      return signal !== CONTINUE ? signal : right.each(env, input, emit);
    },
    () => (env, path, input, emit) => {
      const signal = left.paths(env, path, input, emit);
      return signal !== CONTINUE ? signal : right.paths(env, path, input, emit);
    },
  );
}

/** Without `else` the input goes through. */
export function compileIf(node: NodeOf<"if">, scope: Scope, tail: boolean): Code {
  const condition = compileNode(node.condition, scope);
  const { one: test } = condition;
  const branchTail = tail && test !== null;
  const yes = compileNode(node.then, scope, branchTail);
  const no = node.else === null ? identity() : compileNode(node.else, scope, branchTail);
  const paths = (): Paths => (env, path, input, emit) =>
    condition.each(env, input, (value) => (isTruthy(value) ? yes : no).paths(env, path, input, emit));
  if (test === null) {
    return multiple(
      (env, input, emit) =>
        condition.each(env, input, (value) => (isTruthy(value) ? yes : no).each(env, input, emit)),
      paths,
    );
  }
  const { one: yesOne } = yes;
  const { one: noOne } = no;
  if (yesOne !== null && noOne !== null) {
    return single((env, input) => (isTruthy(test(env, input)) ? yesOne : noOne)(env, input), paths);
  }
  return multiple(
    (env, input, emit) => (isTruthy(test(env, input)) ? yes : no).each(env, input, emit),
    paths,
  );
}

/**
 * `try body catch handler`, `body?`. Only errors of the body are caught: those raised further down, while an
 * output is being used, belong to others.
 */
export function compileTry(node: NodeOf<"try">, scope: Scope): Code {
  const body = compileNode(node.body, scope);
  const handler = node.handler === null ? null : compileNode(node.handler, scope);
  const paths = () => tryPaths(body, handler);
  const { one } = body;
  const handle = handler?.one ?? null;
  if (one !== null && handle !== null) {
    return single((env, input) => {
      const { depth } = env.run;
      try {
        return one(env, input);
      } catch (thrown) {
        return handle(env, caught(env, depth, thrown));
      }
    }, paths);
  }
  return multiple(one === null ? tryMany(body, handler) : tryOne(one, handler), paths);
}

function tryOne(one: NonNullable<Code["one"]>, handler: Code | null): Each {
  return (env, input, emit) => {
    const { depth } = env.run;
    let value: Value;
    try {
      value = one(env, input);
    } catch (thrown) {
      const error = caught(env, depth, thrown);
      return handler === null ? CONTINUE : handler.each(env, error, emit);
    }
    return emit(value);
  };
}

function tryMany(body: Code, handler: Code | null): Each {
  return (env, input, emit) => {
    const { depth } = env.run;
    // What `?//` in the body holds of an error from downstream does not come up to here.
    let downstream: unknown = null;
    let error: Value;
    try {
      return body.each(env, input, (value) => {
        try {
          return emit(value);
        } catch (thrown) {
          downstream = thrown;
          throw thrown;
        }
      });
    } catch (thrown) {
      if (thrown === downstream) throw thrown;
      error = caught(env, depth, thrown);
    }
    return handler === null ? CONTINUE : handler.each(env, error, emit);
  };
}

function tryPaths(body: Code, handler: Code | null): Paths {
  return (env, path, input, emit) => {
    const { depth } = env.run;
    let downstream: unknown = null;
    let error: Value;
    try {
      return body.paths(env, path, input, (at, value) => {
        try {
          return emit(at, value);
        } catch (thrown) {
          downstream = thrown;
          throw thrown;
        }
      });
    } catch (thrown) {
      if (thrown === downstream) throw thrown;
      error = caught(env, depth, thrown);
    }
    return handler === null ? CONTINUE : handler.paths(env, path, error, emit);
  };
}

/** The raised value; limits, breaks and defects go on. */
function caught(env: Env, depth: number, thrown: unknown): Value {
  if (!(thrown instanceof Raised)) throw thrown;
  env.run.depth = depth;
  env.run.spend(CAUGHT);
  return thrown.value;
}

/** `label $name | body`. */
export function compileLabel(node: NodeOf<"label">, scope: Scope): Code {
  const body = compileNode(node.body, scope.with({ kind: "label", name: node.name }));
  return multiple(
    (env, input, emit) => labelled(env, (inner) => body.each(inner, input, emit)),
    () => (env, path, input, emit) => labelled(env, (inner) => body.paths(inner, path, input, emit)),
  );
}

/** `break $name`. */
export function compileBreak(node: NodeOf<"break">, scope: Scope): Code {
  const hops = scope.label(node.name, node);
  return multiple((env) => {
    env.run.breaking = up(env, hops).value as object;
    return STOP;
  });
}

function labelled(env: Env, body: (inner: Env) => 0 | 1 | 2): 0 | 1 | 2 {
  const { run } = env;
  const { depth } = run;
  const label = {};
  try {
    const signal = body(new Env(run, env, label));
    if (signal !== STOP || run.breaking !== label) return signal;
    run.breaking = null;
  } catch (thrown) {
    if (thrown !== label) throw thrown;
  }
  run.depth = depth;
  return CONTINUE;
}
