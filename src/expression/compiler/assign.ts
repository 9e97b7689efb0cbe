import type { Run } from "../run.ts";
import type { AssignOperator, Node } from "../syntax/ast.ts";
import { OPERATIONS } from "../value/arithmetic.ts";
import { deletePaths, getPath, setPath } from "../value/paths.ts";
import { isTruthy, type Value } from "../value/value.ts";
import { CONTINUE, type Code, type Env, multiple, STOP, single, unwind } from "./code.ts";
import { compileNode } from "./compile-node.ts";
import { Path } from "./path.ts";
import type { Scope } from "./scope.ts";

/** `paths = value` and its relatives. All of them leave the input as it is and produce a changed one. */
export function compileAssign(node: Extract<Node, { kind: "assign" }>, scope: Scope): Code {
  const target = compileNode(node.left, scope);
  const right = compileNode(node.right, scope);
  const { operator } = node;
  if (operator === "|=") return single((env, input) => update(target, env, input, firstOf(right, env)));
  const change = operator === "=" ? assignAll : calculateAll(operator);
  const { one } = right;
  if (one !== null) return single((env, input) => change(target, env, input, one(env, input)));
  return multiple((env, input, emit) =>
    right.each(env, input, (value) => emit(change(target, env, input, value))),
  );
}

/** Every place that `target` leads to is replaced by what `replace` makes of it; nothing means: deleted. */
export function update(
  target: Code,
  env: Env,
  input: Value,
  replace: (value: Value) => Value | undefined,
): Value {
  const { run } = env;
  const deleted: Value[][] = [];
  let result = input;
  forEachPath(target, env, input, (path) => {
    const replacement = replace(getPath(result, path, run));
    if (replacement === undefined) deleted.push(path);
    else result = setPath(result, path, replacement, run);
  });
  return deleted.length === 0 ? result : deletePaths(result, deleted, run);
}

export function forEachPath(target: Code, env: Env, input: Value, visit: (path: Value[]) => void): void {
  const signal = target.paths(env, Path.root(input), input, (path, value) => {
    path.requireResult(value);
    env.run.step();
    visit(path.keys());
    return CONTINUE;
  });
  if (signal !== CONTINUE) unwind(env.run);
}

type Change = (target: Code, env: Env, input: Value, value: Value) => Value;

function assignAll(target: Code, env: Env, input: Value, value: Value): Value {
  let result = input;
  forEachPath(target, env, input, (path) => {
    result = setPath(result, path, value, env.run);
  });
  return result;
}

function calculateAll(operator: Exclude<AssignOperator, "=" | "|=">): Change {
  const operation: (a: Value, b: Value, run: Run) => Value =
    operator === "//="
      ? (a, b) => (isTruthy(a) ? a : b)
      : OPERATIONS[operator.slice(0, -1) as keyof typeof OPERATIONS];
  return (target, env, input, value) =>
    update(target, env, input, (before) => operation(before, value, env.run));
}

function firstOf(code: Code, env: Env): (value: Value) => Value | undefined {
  const { one } = code;
  if (one !== null) return (value) => one(env, value);
  return (value) => {
    let first: Value | undefined;
    const signal = code.each(env, value, (output) => {
      first = output;
      return STOP;
    });
    if (signal !== CONTINUE && first === undefined) unwind(env.run);
    return first;
  };
}
